"""What anyone may ask without signing in: is this licence good?"""
