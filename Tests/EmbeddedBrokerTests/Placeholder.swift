// placeholder, removed by the coordinator
