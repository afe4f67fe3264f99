// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import java.util.Map;

/// How our objects are called: none as Calico's, so that both can be in one cluster.
final class Names {

  static final String NAMESPACE = "kube-system";
  static final String NODE = "brindle-node";
  static final String CONTROLLERS = "brindle-controllers";
  static final String CONFIG = "brindle-config";
  static final String INSTALLER = "install-cni";
  static final String ETCD_SECRET = "brindle-etcd-secrets";

  /// Names the API server for pods that start before there are services; a cluster has it or not.
  static final String API_SERVER = "kubernetes-services-endpoint";

  /// Where Calico's manifests mount the same, so that paths people know stay right.
  static final String ETCD_DIRECTORY = "/calico-secrets";

  private Names() {}

  static Map<String, String> labels(String name) {
    return Map.of("k8s-app", name);
  }
}
