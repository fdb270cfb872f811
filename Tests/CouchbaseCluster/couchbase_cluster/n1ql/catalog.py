class Catalog:
    def __init__(self, cluster):
        self.cluster=cluster; self.faults=[]
    def drop_bucket(self, n): pass
    def forget_dropped(self, b): pass
