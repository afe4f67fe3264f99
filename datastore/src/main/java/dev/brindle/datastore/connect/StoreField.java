// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What says which store: a field of a CalicoAPIConfig's `spec`, and the variable of the same
/// meaning.
public enum StoreField {
  DATASTORE_TYPE("datastoreType", "DATASTORE_TYPE"),
  DATASTORE_FILE("datastoreFile", "BRINDLE_DATASTORE_FILE"),
  ETCD_ENDPOINTS("etcdEndpoints", "ETCD_ENDPOINTS"),
  ETCD_DISCOVERY_SRV("etcdDiscoverySrv", "ETCD_DISCOVERY_SRV"),
  ETCD_USERNAME("etcdUsername", "ETCD_USERNAME"),
  ETCD_PASSWORD("etcdPassword", "ETCD_PASSWORD"),
  ETCD_KEY_FILE("etcdKeyFile", "ETCD_KEY_FILE"),
  ETCD_CERT_FILE("etcdCertFile", "ETCD_CERT_FILE"),
  ETCD_CA_CERT_FILE("etcdCACertFile", "ETCD_CA_CERT_FILE"),
  ETCD_KEY("etcdKey", ""),
  ETCD_CERT("etcdCert", ""),
  ETCD_CA_CERT("etcdCACert", ""),
  KUBECONFIG("kubeconfig", "KUBECONFIG"),
  K8S_API_ENDPOINT("k8sAPIEndpoint", "K8S_API_ENDPOINT"),
  K8S_KEY_FILE("k8sKeyFile", "K8S_KEY_FILE"),
  K8S_CERT_FILE("k8sCertFile", "K8S_CERT_FILE"),
  K8S_CA_FILE("k8sCAFile", "K8S_CA_FILE"),
  K8S_API_TOKEN("k8sAPIToken", "CALICO_K8SAPITOKEN"),
  K8S_INSECURE_SKIP_TLS_VERIFY("k8sInsecureSkipTLSVerify", "K8S_INSECURE_SKIP_TLS_VERIFY"),
  K8S_DISABLE_NODE_POLL("k8sDisableNodePoll", "K8S_DISABLE_NODE_POLL"),
  USE_POD_CIDR("usePodCIDR", "USE_POD_CIDR"),
  KUBECONFIG_INLINE("kubeconfigInline", ""),
  K8S_CLIENT_QPS("k8sClientQPS", "K8S_CLIENT_QPS"),
  K8S_CLIENT_BURST("k8sClientBurst", "K8S_CLIENT_BURST"),
  K8S_CURRENT_CONTEXT("k8sCurrentContext", "K8S_CURRENT_CONTEXT"),
  CALICO_API_GROUP("calicoAPIGroup", "CALICO_API_GROUP");

  private static final String PREFIX = "CALICO_";
  private static final Map<String, StoreField> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toMap(StoreField::field, Function.identity()));

  private final String field;
  private final String variable;

  StoreField(String field, String variable) {
    this.field = field;
    this.variable = variable;
  }

  /// `etcdEndpoints`, as in `spec`.
  public String field() {
    return field;
  }

  public static Optional<StoreField> named(String field) {
    return Optional.ofNullable(BY_NAME.get(field));
  }

  /// Looks for `CALICO_NAME` first, as Calico does. What is blank counts as not set.
  public Optional<String> in(Map<String, String> environment) {
    return variable.isEmpty()
        ? Optional.empty()
        : given(environment, PREFIX + variable).or(() -> given(environment, variable));
  }

  private static Optional<String> given(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
