// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.embedded.EmbeddedDatastore;
import dev.brindle.datastore.etcd.EtcdDatastore;
import dev.brindle.datastore.etcd.EtcdDiscovery;
import dev.brindle.datastore.etcd.EtcdSettings;
import dev.brindle.datastore.etcd.Tls;
import dev.brindle.datastore.kubernetes.KubernetesDatastore;
import dev.brindle.datastore.kubernetes.KubernetesSettings;
import dev.brindle.datastore.podcidr.PodCidrDatastore;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which store to use.
public sealed interface DatastoreSettings {

  String EMBEDDED = "embedded";
  String ETCD = "etcdv3";
  String KUBERNETES = "kubernetes";

  Path DEFAULT_FILE = Path.of("/var/lib/brindle/datastore.db");

  /// @throws dev.brindle.datastore.DatastoreException if the store cannot be opened
  Datastore open();

  /// `embedded`, `etcdv3` or `kubernetes`, as the field `datastoreType` has it.
  String type();

  /// Where people are who name no namespace: the one of the kubeconfig's context, or of the pod.
  ///
  /// @throws dev.brindle.datastore.DatastoreException if the kubeconfig cannot be read
  default String namespace() {
    return "default";
  }

  /// The servers that are asked, as URLs; none where nobody is, or where DNS says who.
  ///
  /// @throws dev.brindle.datastore.DatastoreException if the kubeconfig cannot be read
  default List<String> servers() {
    return List.of();
  }

  /// @param file absolute
  record Embedded(Path file) implements DatastoreSettings {

    @Override
    public Datastore open() {
      return EmbeddedDatastore.open(file);
    }

    @Override
    public String type() {
      return EMBEDDED;
    }
  }

  record Etcd(EtcdSettings settings) implements DatastoreSettings {

    @Override
    public List<String> servers() {
      return settings.endpoints().stream().map(URI::toString).toList();
    }

    @Override
    public Datastore open() {
      return EtcdDatastore.open(settings);
    }

    @Override
    public String type() {
      return ETCD;
    }
  }

  /// DNS is asked when the store is opened.
  ///
  /// @param domain whose SRV records name the members
  record EtcdByDns(String domain, Optional<EtcdSettings.Login> login, Tls tls)
      implements DatastoreSettings {

    @Override
    public Datastore open() {
      return EtcdDatastore.open(new EtcdSettings(EtcdDiscovery.endpoints(domain), login, tls));
    }

    @Override
    public String type() {
      return ETCD;
    }
  }

  /// @param usesPodCidrs whether each node's pods have addresses of the network that Kubernetes
  ///     gave the node
  record Kubernetes(KubernetesSettings settings, boolean usesPodCidrs)
      implements DatastoreSettings {

    @Override
    public Datastore open() {
      Datastore store = KubernetesDatastore.open(settings);
      return usesPodCidrs ? new PodCidrDatastore(store) : store;
    }

    @Override
    public String type() {
      return KUBERNETES;
    }

    @Override
    public String namespace() {
      return KubernetesDatastore.namespace(settings);
    }

    @Override
    public List<String> servers() {
      return List.of(KubernetesDatastore.server(settings));
    }
  }

  /// Kubernetes as it is itself, for a cluster whose Calico is stored elsewhere.
  record Beside(KubernetesSettings settings) implements DatastoreSettings {

    @Override
    public Datastore open() {
      return KubernetesDatastore.openBeside(settings);
    }

    @Override
    public String type() {
      return KUBERNETES;
    }
  }

  static DatastoreSettings embedded(Path file) {
    return new Embedded(file.toAbsolutePath());
  }

  /// Reads `DATASTORE_TYPE` and the others of `StoreField`.
  ///
  /// @throws IllegalArgumentException if they name no store of this version, or not how to reach it
  static DatastoreSettings fromEnvironment(Map<String, String> environment) {
    Map<StoreField, String> fields = new EnumMap<>(StoreField.class);
    for (StoreField field : StoreField.values()) {
      field.in(environment).ifPresent(value -> fields.put(field, value));
    }
    if (!fields.containsKey(StoreField.DATASTORE_TYPE)) {
      fields.remove(StoreField.KUBECONFIG); // it is there for kubectl
    }
    return of(fields);
  }

  /// The Kubernetes that a cluster with its store in etcd belongs to, found as calico/node finds
  /// it: by `KUBECONFIG`, `K8S_API_ENDPOINT`, or as a pod.
  ///
  /// @return empty if nothing says that there is one
  /// @throws IllegalArgumentException if what says so cannot be right
  static Optional<Kubernetes> kubernetesBeside(Map<String, String> environment) {
    Map<StoreField, String> fields = new EnumMap<>(StoreField.class);
    for (StoreField field : StoreField.values()) {
      field.in(environment).ifPresent(value -> fields.put(field, value));
    }
    boolean isNamed =
        fields.containsKey(StoreField.KUBECONFIG)
            || fields.containsKey(StoreField.K8S_API_ENDPOINT)
            || !environment.getOrDefault("KUBERNETES_SERVICE_HOST", "").isBlank();
    return isNamed
        ? Optional.of(new Kubernetes(KubernetesFields.read(fields, Optional.empty()), false))
        : Optional.empty();
  }

  /// Where no type is given, endpoints of etcd mean etcd, a way to Kubernetes means that, and
  /// nothing means the embedded store.
  ///
  /// @throws IllegalArgumentException if they name no store of this version, or not how to reach it
  static DatastoreSettings of(Map<StoreField, String> fields) {
    boolean isEtcd =
        fields.containsKey(StoreField.ETCD_ENDPOINTS)
            || fields.containsKey(StoreField.ETCD_DISCOVERY_SRV);
    boolean isKubernetes =
        fields.containsKey(StoreField.KUBECONFIG)
            || fields.containsKey(StoreField.KUBECONFIG_INLINE)
            || fields.containsKey(StoreField.K8S_API_ENDPOINT);
    String unnamed = isEtcd ? ETCD : isKubernetes ? KUBERNETES : EMBEDDED;
    String type = fields.getOrDefault(StoreField.DATASTORE_TYPE, unnamed);
    return switch (type) {
      case EMBEDDED ->
          embedded(
              Path.of(fields.getOrDefault(StoreField.DATASTORE_FILE, DEFAULT_FILE.toString())));
      case ETCD -> EtcdFields.read(fields);
      case KUBERNETES ->
          new Kubernetes(
              KubernetesFields.read(fields, home()), KubernetesFields.usesPodCidrs(fields));
      default ->
          throw new IllegalArgumentException(
              "datastoreType (DATASTORE_TYPE) is '%s': expected embedded, etcdv3 or kubernetes"
                  .formatted(type));
    };
  }

  private static Optional<Path> home() {
    return Optional.ofNullable(System.getProperty("user.home")).map(Path::of);
  }
}
