"""The papers of an application (危险废物 第一部分 §8): what each says, as the data of its template."""
