"""Addresses of the public face; the QR codes on our papers point at the first, partners' messages come in at the last."""

from django.urls import path, register_converter
from django.urls.converters import PathConverter

from luban.faces.api import chain, chain_events, chain_proof, described, inbox, views

app_name = "api"


class Whatever(PathConverter):
    """Everything, line breaks too: what is no address of the gateway is refused by it, and never in HTML."""

    regex = "(?s:.+)"


register_converter(Whatever, "whatever")

urlpatterns = [
    path("api/openapi.json", described.openapi, name="openapi"),
    path("v/", views.ask, name="ask"),
    path("v/platform.pem", chain_proof.certificate, name="certificate"),
    path("v/<str:token>/proof.json", chain_proof.proof, name="proof"),
    path("v/<str:token>", views.verify, name="verify"),
    path("v/<str:token>/", views.verify),
    path("inbox/<slug:link>/<slug:name>/", inbox.push, name="inbox"),
    path("chain-gw/v1/events/stream", chain_events.events, name="chain_stream"),
    path("chain-gw/v1/<whatever:rest>", chain.gateway, name="chain_gateway"),
]
