// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Settings in the words of fabric8, which reads kubeconfigs, runs their login programs, and reads
/// tokens again when they have changed.
final class ClientConfig {

  private static final int CONNECT_MILLIS = 10_000;
  private static final String HOST = "KUBERNETES_SERVICE_HOST";

  private ClientConfig() {}

  /// @throws DatastoreException if the settings cannot be right
  static Config of(KubernetesSettings settings) {
    Config config = read(settings.credentials());
    override(config, settings.overrides());
    config.setConnectionTimeout(CONNECT_MILLIS);
    config.setRequestRetryBackoffLimit(0); // what was not answered may have been done
    config.setUserAgent("brindle");
    return config;
  }

  private static Config read(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Kubeconfig(Path file, Optional<String> context) -> fromFile(file, context);
      case Credentials.Inline(String text, Optional<String> context) ->
          inContext("kubeconfigInline", parsed(text), context);
      case Credentials.InCluster() -> inCluster();
      case Credentials.None() -> Config.empty();
    };
  }

  private static Config parsed(String text) {
    try {
      return Config.fromKubeconfig(text);
    } catch (RuntimeException e) {
      throw new DatastoreException("kubeconfigInline is no kubeconfig: " + e.getMessage(), e);
    }
  }

  private static Config fromFile(Path file, Optional<String> context) {
    if (!Files.isReadable(file)) {
      throw new DatastoreException("kubeconfig %s cannot be read".formatted(file));
    }
    try {
      return inContext(
          "kubeconfig " + file,
          Config.fromKubeconfig(context.orElse(null), file.toFile()),
          context);
    } catch (DatastoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DatastoreException(
          "kubeconfig %s is no kubeconfig: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// fabric8 takes a context that is not there for none, and then a server of its own choice.
  private static Config inContext(String where, Config config, Optional<String> wanted) {
    NamedContext current = config.getCurrentContext();
    String expected = wanted.orElse("one named by current-context");
    if (current == null || wanted.filter(name -> !name.equals(current.getName())).isPresent()) {
      throw new DatastoreException(
          "%s has no context %s".formatted(where, wanted.map("'%s'"::formatted).orElse(expected)));
    }
    return config;
  }

  private static Config inCluster() {
    if (System.getenv(HOST) == null && System.getProperty(HOST) == null) {
      throw new DatastoreException(
          "Kubernetes cannot be found: this is no pod (%s is not set), and neither KUBECONFIG nor"
                  .formatted(HOST)
              + " K8S_API_ENDPOINT nor ~/.kube/config is there");
    }
    return Config.autoConfigure(null);
  }

  private static void override(Config config, Overrides overrides) {
    overrides.endpoint().ifPresent(config::setMasterUrl);
    overrides.keyFile().ifPresent(file -> config.setClientKeyFile(readable("k8sKeyFile", file)));
    overrides
        .certificateFile()
        .ifPresent(file -> config.setClientCertFile(readable("k8sCertFile", file)));
    overrides.authorityFile().ifPresent(file -> config.setCaCertFile(readable("k8sCAFile", file)));
    overrides.token().ifPresent(config::setOauthToken);
    if (overrides.isTlsUnchecked()) {
      config.setTrustCerts(true);
    }
  }

  private static String readable(String field, Path file) {
    if (!Files.isReadable(file)) {
      throw new DatastoreException("%s %s cannot be read".formatted(field, file));
    }
    return file.toString();
  }
}
