def daily(orders)
    return orders
