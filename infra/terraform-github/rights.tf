# What a deployment may do: another image for the services that are there. Everything else of the stacks is applied by
# somebody who may.
locals {
  ecs_statements = {
    for name, environment in var.environments : name => flatten([
      for ecs in environment.ecs[*] : [
        {
          Sid      = "State"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:PutObject"]
          Resource = "arn:${local.partition}:s3:::${ecs.state_bucket}/${ecs.state_key}"
        },
        {
          Sid      = "Lock"
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"]
          Resource = "arn:${local.partition}:s3:::${ecs.state_bucket}/${ecs.state_key}.tflock"
        },
        {
          Sid      = "FindState"
          Effect   = "Allow"
          Action   = ["s3:ListBucket"]
          Resource = "arn:${local.partition}:s3:::${ecs.state_bucket}"
        },
        {
          Sid       = "DecryptState"
          Effect    = "Allow"
          Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
          Resource  = ecs.state_kms_arn
          Condition = { StringLike = { "kms:ViaService" = "s3.*.amazonaws.com" } }
        },
        {
          Sid    = "Services"
          Effect = "Allow"
          Action = ["ecs:DescribeServices", "ecs:DescribeServiceDeployments", "ecs:ListServiceDeployments", "ecs:ListTagsForResource", "ecs:UpdateService"]
          Resource = [
            for kind in ["service", "service-deployment"] :
            "arn:${local.partition}:ecs:${environment.region}:${local.account_id}:${kind}/${ecs.name}/*"
          ]
        },
        {
          Sid      = "Define"
          Effect   = "Allow"
          Action   = ["ecs:RegisterTaskDefinition", "ecs:TagResource"]
          Resource = "arn:${local.partition}:ecs:${environment.region}:${local.account_id}:task-definition/${ecs.name}-*:*"
        },
        {
          Sid      = "Look"
          Effect   = "Allow"
          Action   = ["ec2:DescribeAvailabilityZones", "ecs:DeregisterTaskDefinition", "ecs:DescribeTaskDefinition"]
          Resource = "*"
        },
        {
          # The new tasks keep their roles.
          Sid    = "HandOverRoles"
          Effect = "Allow"
          Action = ["iam:PassRole"]
          Resource = [
            for kind in ["execution", "task"] :
            "arn:${local.partition}:iam::${local.account_id}:role/${ecs.name}-${environment.region}-*-${kind}"
          ]
          Condition = { StringEquals = { "iam:PassedToService" = "ecs-tasks.amazonaws.com" } }
        },
      ]
    ])
  }

  # In the cluster the role is a member of the group `orders-deployers`: k8s/cluster/deployer.yaml.
  eks_statements = {
    for name, environment in var.environments : name => environment.eks_cluster == null ? [] : [{
      Sid      = "Cluster"
      Effect   = "Allow"
      Action   = ["eks:DescribeCluster"]
      Resource = "arn:${local.partition}:eks:${environment.region}:${local.account_id}:cluster/${environment.eks_cluster}"
    }]
  }
}
