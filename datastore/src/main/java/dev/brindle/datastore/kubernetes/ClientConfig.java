// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.internal.KubeConfigUtils;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// Settings in the words of fabric8, which reads kubeconfigs and runs their login programs.
final class ClientConfig {

  private static final int CONNECT_MILLIS = 10_000;
  private static final String HOST = "KUBERNETES_SERVICE_HOST";
  private static final String PORT = "KUBERNETES_SERVICE_PORT";
  private static final Path SECRETS = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private ClientConfig() {}

  /// @throws DatastoreException if the settings cannot be right
  static Config of(KubernetesSettings settings) {
    Config config = read(settings.credentials());
    override(config, settings.overrides());
    return bounded(config);
  }

  static Config bounded(Config config) {
    config.setConnectionTimeout(CONNECT_MILLIS);
    config.setRequestRetryBackoffLimit(0); // what was not answered may have been done
    config.setUserAgent("brindle");
    return config;
  }

  static String namespace(Credentials credentials) {
    Optional<String> found =
        switch (credentials) {
          case Credentials.Kubeconfig _, Credentials.Inline _ ->
              Optional.ofNullable(
                  read(credentials).getCurrentContext().getContext().getNamespace());
          case Credentials.InCluster() -> ofPod(SECRETS.resolve("namespace"));
          case Credentials.None() -> Optional.empty();
        };
    return found.filter(name -> !name.isBlank()).orElse("default");
  }

  private static Optional<String> ofPod(Path file) {
    try {
      return Files.isReadable(file)
          ? Optional.of(Files.readString(file).strip())
          : Optional.empty();
    } catch (IOException e) {
      throw new DatastoreException("%s cannot be read: %s".formatted(file, e), e);
    }
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
    if (file.toString().contains(File.pathSeparator) && !Files.exists(file)) {
      return fromFiles(file.toString(), context);
    }
    if (!Files.isReadable(file)) {
      throw new DatastoreException("kubeconfig %s cannot be read".formatted(file));
    }
    try {
      Config config =
          inContext(
              "kubeconfig " + file,
              Config.fromKubeconfig(context.orElse(null), file.toFile()),
              context);
      return withTokenFile(config, KubeConfigUtils.parseConfig(file.toFile()), file);
    } catch (DatastoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DatastoreException(
          "kubeconfig %s is no kubeconfig: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Several, as kubectl takes them.
  private static Config fromFiles(String list, Optional<String> context) {
    String merged = KubeconfigList.merged(list, context);
    try {
      Config config = inContext("kubeconfig " + list, Config.fromKubeconfig(merged), context);
      return withTokenFile(
          config, KubeConfigUtils.parseConfigFromString(merged), Path.of("/").resolve("merged"));
    } catch (DatastoreException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new DatastoreException(
          "kubeconfig %s is no kubeconfig: %s".formatted(list, e.getMessage()), e);
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
    String host = System.getenv(HOST);
    String port = System.getenv(PORT);
    if (host == null || port == null) {
      throw new DatastoreException(
          "Kubernetes cannot be found: this is no pod (%s is not set), and neither KUBECONFIG nor"
                  .formatted(HOST)
              + " K8S_API_ENDPOINT nor ~/.kube/config is there");
    }
    String server = host.contains(":") ? "[" + host + "]" : host;
    return inCluster("https://%s:%s".formatted(server, port), SECRETS);
  }

  /// @param secrets directory of the service account
  static Config inCluster(String server, Path secrets) {
    Config config = Config.empty();
    config.setMasterUrl(server);
    Path authority = secrets.resolve("ca.crt");
    if (Files.isReadable(authority)) {
      config.setCaCertFile(authority.toString());
    }
    return withToken(config, secrets.resolve("token"));
  }

  /// The file is read for each question: kubelet writes another token into it each hour.
  private static Config withToken(Config config, Path file) {
    config.setOauthTokenProvider(() -> token(file));
    return config;
  }

  private static String token(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new DatastoreException("token %s cannot be read: %s".formatted(file, e), e);
    }
  }

  /// What fabric8 reads over.
  private static Config withTokenFile(
      Config config, io.fabric8.kubernetes.api.model.Config kubeconfig, Path place) {
    String user = config.getCurrentContext().getContext().getUser();
    return kubeconfig.getUsers().stream()
        .filter(each -> each.getName().equals(user) && each.getUser() != null)
        .flatMap(each -> Stream.ofNullable(each.getUser().getTokenFile()))
        .filter(file -> !file.isBlank())
        .map(file -> place.toAbsolutePath().resolveSibling(file))
        .findFirst()
        .map(token -> withToken(config, token))
        .orElse(config);
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
