# Makes the image that EC2_AMI_ID names. From the project's folder:
#
#   packer init deploy/ami
#   packer build -var region=eu-central-1 deploy/ami
#
# For instance types with Graviton: -var architecture=arm64 -var instance_type=c7g.large

packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = ">= 1.3.0"
    }
  }
}

variable "region" {
  type = string
}

variable "architecture" {
  type    = string
  default = "amd64"
  validation {
    condition     = contains(["amd64", "arm64"], var.architecture)
    error_message = "The architecture is amd64 or arm64."
  }
}

variable "instance_type" {
  type        = string
  description = "For the build alone; must be of the architecture."
  default     = "c7i.large"
}

variable "volume_gigabytes" {
  type        = number
  description = "A node's disk: sources and outputs of all its jobs in hand have to fit."
  default     = 50
}

source "amazon-ebs" "node" {
  region        = var.region
  instance_type = var.instance_type
  ssh_username  = "admin"
  ami_name      = "media-nommer-${var.architecture}-${formatdate("YYYYMMDD-hhmmss", timestamp())}"

  # Debian's own account: https://wiki.debian.org/Cloud/AmazonEC2Image
  source_ami_filter {
    owners      = ["136693071363"]
    most_recent = true
    filters = {
      name                = "debian-13-${var.architecture}-*"
      virtualization-type = "hvm"
      root-device-type    = "ebs"
    }
  }

  # No credentials for who can only make a process on the machine ask for a URL: on the machine that
  # builds, and on every instance of the image.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }
  imds_support = "v2.0"

  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_type           = "gp3"
    volume_size           = var.volume_gigabytes
    delete_on_termination = true
  }

  tags = {
    Name = "media-nommer node"
  }
}

build {
  sources = ["source.amazon-ebs.node"]

  provisioner "shell-local" {
    inline = [
      "tar -C ${path.root}/../.. -czf ${path.root}/media-nommer.tar.gz .npmrc LICENSE README.md deploy/ami/provision.sh deploy/systemd docs nomconf.example.ts package.json package-lock.json src tsconfig.json",
    ]
  }

  provisioner "file" {
    source      = "${path.root}/media-nommer.tar.gz"
    destination = "/tmp/media-nommer.tar.gz"
    generated   = true
  }

  provisioner "shell" {
    inline = [
      "cloud-init status --wait",
      "mkdir /tmp/media-nommer",
      "tar -C /tmp/media-nommer -xzf /tmp/media-nommer.tar.gz",
      "sudo /tmp/media-nommer/deploy/ami/provision.sh ec2-node",
      "rm -rf /tmp/media-nommer /tmp/media-nommer.tar.gz",
    ]
  }
}
