# The order store at Couchbase Capella: a cluster, its bucket and the platform's user.
terraform {
  required_version = ">= 1.11"

  required_providers {
    couchbase-capella = {
      source  = "couchbasecloud/couchbase-capella"
      version = "~> 1.5"
    }
  }
}

provider "couchbase-capella" {
  authentication_token = var.capella_token
}

resource "couchbase-capella_project" "this" {
  organization_id = var.organization_id
  name            = var.name
  description     = "The real-time orders platform"
}

resource "couchbase-capella_cluster" "this" {
  organization_id = var.organization_id
  project_id      = couchbase-capella_project.this.id
  name            = var.name

  cloud_provider = {
    type   = "aws"
    region = var.region
    cidr   = var.cidr
  }

  service_groups = [{
    num_of_nodes = 3
    services     = ["data", "index", "query"]
    node = {
      compute = { cpu = var.node.cpu, ram = var.node.ram }
      disk    = { type = "gp3", storage = var.node.storage, iops = 3000 }
    }
  }]

  availability = { type = "multi" }
  support      = { plan = var.support_plan, timezone = "GMT" }

  lifecycle {
    prevent_destroy = true
  }
}

resource "couchbase-capella_bucket" "orders" {
  organization_id            = var.organization_id
  project_id                 = couchbase-capella_project.this.id
  cluster_id                 = couchbase-capella_cluster.this.id
  name                       = var.bucket
  type                       = "couchbase"
  storage_backend            = "couchstore"
  memory_allocation_in_mb    = var.bucket_memory
  bucket_conflict_resolution = "seqno"
  # An order that was stored is on two nodes.
  durability_level = "majority"
  replicas         = 1
  flush            = false

  lifecycle {
    prevent_destroy = true
  }
}

# Without a password Capella makes one. The provider has no write-only argument: the state has it, so who reads the state
# reads the store. Give the user another one in Capella's console and hand that to the services, and the state's is void.
resource "couchbase-capella_database_credential" "platform" {
  organization_id = var.organization_id
  project_id      = couchbase-capella_project.this.id
  cluster_id      = couchbase-capella_cluster.this.id
  name            = var.username

  access = [{
    privileges = ["data_reader", "data_writer"]
    resources = {
      buckets = [{ name = couchbase-capella_bucket.orders.name }]
    }
  }]

  lifecycle {
    ignore_changes = [password]
  }
}

resource "couchbase-capella_allowlist" "nat" {
  for_each = var.client_cidrs

  organization_id = var.organization_id
  project_id      = couchbase-capella_project.this.id
  cluster_id      = couchbase-capella_cluster.this.id
  cidr            = each.key
  comment         = "The platform's NAT gateways"
}
