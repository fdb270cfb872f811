# What is made here may not be destroyed, not even by a test: so all of it is only planned.
mock_provider "couchbase-capella" {
  override_during = plan

  mock_resource "couchbase-capella_cluster" {
    defaults = { connection_string = "cb.abc.cloud.couchbase.com" }
  }
}

variables {
  organization_id = "org"
  region          = "eu-central-1"
  capella_token   = "PLANTED-token"
  client_cidrs    = ["198.51.100.7/32"]
}

run "the_store_is_made" {
  command = plan

  assert {
    condition     = output.couchbase_host == "couchbases://cb.abc.cloud.couchbase.com"
    error_message = "The address is one that the platform takes."
  }

  assert {
    condition     = couchbase-capella_bucket.orders.durability_level == "majority" && couchbase-capella_bucket.orders.flush == false
    error_message = "What is stored is on two nodes and cannot be emptied at once."
  }
}

run "the_whole_internet_is_refused" {
  command = plan
  variables {
    client_cidrs = ["0.0.0.0/0"]
  }
  expect_failures = [var.client_cidrs]
}
