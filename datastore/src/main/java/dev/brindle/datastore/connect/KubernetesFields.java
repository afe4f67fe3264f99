// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import dev.brindle.datastore.kubernetes.KubernetesSettings;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The fields that say how to reach Kubernetes.
final class KubernetesFields {

  private final Map<StoreField, String> fields;
  private final Optional<Path> home;

  private KubernetesFields(Map<StoreField, String> fields, Optional<Path> home) {
    this.fields = fields;
    this.home = home;
  }

  /// @param home where `.kube/config` may be
  /// @throws IllegalArgumentException naming the field, what it holds and what was expected
  static KubernetesSettings read(Map<StoreField, String> fields, Optional<Path> home) {
    var reader = new KubernetesFields(fields, home);
    reader.checkWhatIsNotUsed();
    return new KubernetesSettings(reader.credentials(), reader.overrides(), reader.group());
  }

  private Optional<String> get(StoreField field) {
    return Optional.ofNullable(fields.get(field));
  }

  /// @throws IllegalArgumentException if that is not said by true or false
  static boolean usesPodCidrs(Map<StoreField, String> fields) {
    return new KubernetesFields(fields, Optional.empty()).isTrue(StoreField.USE_POD_CIDR);
  }

  private void checkWhatIsNotUsed() {
    isTrue(StoreField.K8S_DISABLE_NODE_POLL);
    number(StoreField.K8S_CLIENT_QPS);
    number(StoreField.K8S_CLIENT_BURST);
  }

  private Credentials credentials() {
    Optional<String> inline = get(StoreField.KUBECONFIG_INLINE);
    Optional<String> file = get(StoreField.KUBECONFIG);
    Optional<String> context = get(StoreField.K8S_CURRENT_CONTEXT);
    boolean hasEndpoint = fields.containsKey(StoreField.K8S_API_ENDPOINT);
    if (inline.isPresent()) {
      if (file.isPresent() || hasEndpoint) {
        throw new IllegalArgumentException(
            "both kubeconfigInline and %s are set: expected one of them"
                .formatted(file.isPresent() ? "kubeconfig" : "k8sAPIEndpoint"));
      }
      return new Credentials.Inline(inline.get(), context);
    }
    if (file.isPresent()) {
      return new Credentials.Kubeconfig(Path.of(file.get()), context);
    }
    if (hasEndpoint) {
      return new Credentials.None();
    }
    return home.map(path -> path.resolve(".kube").resolve("config"))
        .filter(Files::exists)
        .<Credentials>map(path -> new Credentials.Kubeconfig(path, context))
        .orElseGet(Credentials.InCluster::new);
  }

  private Overrides overrides() {
    Optional<Path> key = get(StoreField.K8S_KEY_FILE).map(Path::of);
    Optional<Path> certificate = get(StoreField.K8S_CERT_FILE).map(Path::of);
    if (key.isPresent() != certificate.isPresent()) {
      throw new IllegalArgumentException(
          "%s is set without %s: expected both, or none"
              .formatted(
                  key.isPresent() ? "k8sKeyFile" : "k8sCertFile",
                  key.isPresent() ? "k8sCertFile" : "k8sKeyFile"));
    }
    return new Overrides(
        get(StoreField.K8S_API_ENDPOINT),
        key,
        certificate,
        get(StoreField.K8S_CA_FILE).map(Path::of),
        get(StoreField.K8S_API_TOKEN),
        isTrue(StoreField.K8S_INSECURE_SKIP_TLS_VERIFY));
  }

  private Optional<CalicoGroup> group() {
    Optional<String> text = get(StoreField.CALICO_API_GROUP);
    Optional<CalicoGroup> group = text.flatMap(CalicoGroup::named);
    if (text.isPresent() && group.isEmpty()) {
      throw new IllegalArgumentException(
          "calicoAPIGroup '%s': expected %s or %s"
              .formatted(text.get(), CalicoGroup.CRD, CalicoGroup.NATIVE));
    }
    return group;
  }

  private boolean isTrue(StoreField field) {
    String text = fields.getOrDefault(field, "false");
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "t" -> true;
      case "false", "0", "f" -> false;
      default ->
          throw new IllegalArgumentException(
              "%s '%s': expected true or false".formatted(field.field(), text));
    };
  }

  private void number(StoreField field) {
    String text = fields.getOrDefault(field, "0");
    if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      throw new IllegalArgumentException(
          "%s '%s': expected a number".formatted(field.field(), text));
    }
  }
}
