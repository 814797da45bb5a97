"""Django REST framework: a model serializer, generic views, validated paging; JSON is its only renderer and parser."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.urls import path
from rest_framework import generics, serializers
from rest_framework.request import Request

from benchmarks.peers.django_peers.models import Order, OrderItem, SalesItem, Tag, TaggedSalesItem


class SalesItemSerializer(serializers.ModelSerializer[SalesItem]):
    _id = serializers.CharField(source="id", read_only=True)

    class Meta:
        model = SalesItem
        fields = ["_id", "name", "price"]


class TagSerializer(serializers.ModelSerializer[Tag]):
    _id = serializers.CharField(source="id", read_only=True)

    class Meta:
        model = Tag
        fields = ["_id", "name"]


class TaggedSalesItemSerializer(serializers.ModelSerializer[TaggedSalesItem]):
    _id = serializers.CharField(source="id", read_only=True)
    tags = TagSerializer(many=True)

    class Meta:
        model = TaggedSalesItem
        fields = ["_id", "name", "price", "tags"]


class OrderedSalesItemSerializer(serializers.ModelSerializer[TaggedSalesItem]):
    _id = serializers.CharField(source="id", read_only=True)

    class Meta:
        model = TaggedSalesItem
        fields = ["_id", "name", "price"]


class OrderItemSerializer(serializers.ModelSerializer[OrderItem]):
    id = serializers.CharField(source="local_id", read_only=True)
    goods = OrderedSalesItemSerializer(many=True)

    class Meta:
        model = OrderItem
        fields = ["id", "state", "goods"]


class OrderSerializer(serializers.ModelSerializer[Order]):
    _id = serializers.CharField(source="id", read_only=True)
    items = OrderItemSerializer(many=True)

    class Meta:
        model = Order
        fields = ["_id", "payer", "items"]


class PageSerializer(serializers.Serializer[Any]):
    page_number = serializers.IntegerField(min_value=1, max_value=100, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=100, default=50)


M = TypeVar("M", bound=Model)


def page_of(request: Request, rows: QuerySet[M]) -> QuerySet[M]:
    # DRF's paginators count all rows or build links; no other peer does, so the page is cut by hand.
    page = PageSerializer(data=request.query_params)
    page.is_valid(raise_exception=True)
    size = page.validated_data["page_size"]
    start = (page.validated_data["page_number"] - 1) * size
    return rows[start : start + size]


class SalesItemList(generics.ListCreateAPIView[SalesItem]):
    serializer_class = SalesItemSerializer

    def get_queryset(self) -> QuerySet[SalesItem]:
        return page_of(self.request, SalesItem.objects.order_by("id"))


class SalesItemDetail(generics.RetrieveAPIView[SalesItem]):
    queryset = SalesItem.objects.all()
    serializer_class = SalesItemSerializer


class TaggedSalesItemList(generics.ListAPIView[TaggedSalesItem]):
    serializer_class = TaggedSalesItemSerializer

    def get_queryset(self) -> QuerySet[TaggedSalesItem]:
        return page_of(self.request, TaggedSalesItem.objects.prefetch_related("tags"))


class OrderDetail(generics.RetrieveAPIView[Order]):
    queryset = Order.objects.prefetch_related("items__goods")
    serializer_class = OrderSerializer


urlpatterns = [
    path("sales-items/", SalesItemList.as_view()),
    path("sales-items/<int:pk>/", SalesItemDetail.as_view()),
    path("tagged-sales-items/", TaggedSalesItemList.as_view()),
    path("orders/<int:pk>/", OrderDetail.as_view()),
]
