"""What a cluster holds for its apps, whoever they are: namespaces and the rules that hold in all of them."""
