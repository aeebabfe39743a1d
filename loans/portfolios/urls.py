"""Addresses of the portfolios' pages."""

from django.urls import path

from loans.portfolios import views, way_views

app_name = "portfolios"
urlpatterns = [
    path("", views.portfolio_list, name="list"),
    path("new/", views.new_portfolio, name="new"),
    path("schemes/new/", views.new_scheme, name="new_scheme"),
    path("<slug:code>/", views.portfolio, name="detail"),
    path("<slug:code>/products/", views.add_product, name="add_product"),
    path("<slug:code>/products/<slug:product_code>/", views.product, name="product"),
    path("<slug:code>/ways-to-pay/", way_views.add_way, name="add_way"),
    path("<slug:code>/ways-to-pay/<uuid:pk>/end/", way_views.retire_way, name="retire_way"),
    path("<slug:code>/grants/", views.add_grant, name="add_grant"),
    path("<slug:code>/grants/<int:pk>/revoke/", views.revoke, name="revoke"),
]
