// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.DatastoreContract;
import dev.brindle.datastore.Finalizers;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Credentials;
import dev.brindle.datastore.kubernetes.KubernetesSettings.Overrides;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract, on Kubernetes' own API server, with our definitions and our role.
class KubernetesServerTest {

  @TempDir private static Path directory;

  private static KubernetesServer server;

  @BeforeAll
  static void start() {
    server = KubernetesServer.start(directory, 1);
    server.define("crds.yaml");
    server.define("crds-v3.yaml");
    server.kubectlAt(0, KUBEVIRT, "apply", "-f", "-");
    server.kubectl("wait", "--for=condition=Established", "--timeout=60s", "crd", MOVES);
    server.kubectl("create", "namespace", "x");
    server.kubectl("create", "namespace", "y");
    server.kubectl(
        "create", "role", "leases", "-n", "x", "--verb=get,create,patch", "--resource=leases");
    server.kubectl("create", "rolebinding", "leases", "-n", "x", "--role=leases", "--user=brindle");
  }

  private static final String MOVES = "virtualmachineinstancemigrations.kubevirt.io";

  /// What KubeVirt defines, as far as it matters here.
  private static final String KUBEVIRT =
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: virtualmachineinstancemigrations.kubevirt.io}
      spec:
        group: kubevirt.io
        scope: Namespaced
        names:
          kind: VirtualMachineInstanceMigration
          plural: virtualmachineinstancemigrations
        versions:
        - name: v1
          served: true
          storage: true
          schema:
            openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}
      """;

  @AfterAll
  static void end() {
    if (server != null) {
      server.close();
    }
  }

  static KubernetesSettings settings(
      KubernetesServer server, int instance, String token, CalicoGroup group) {
    Overrides overrides =
        new Overrides(
            Optional.of(server.url(instance)),
            Optional.empty(),
            Optional.empty(),
            Optional.of(Path.of(server.authority())),
            Optional.of(token),
            false);
    return new KubernetesSettings(new Credentials.None(), overrides, Optional.of(group));
  }

  private static Datastore emptied(CalicoGroup group) {
    for (String path :
        List.of(
            "ippools", "tiers", "namespaces/x/networkpolicies", "namespaces/y/networkpolicies")) {
      server.kubectl("delete", "--raw", "/apis/%s/%s".formatted(group, path));
    }
    return KubernetesDatastore.open(settings(server, 0, KubernetesServer.USER, group));
  }

  private static void moveMachine(boolean isMoving) {
    if (isMoving) {
      server.kubectl("delete", MOVES, "--namespace=x", "--all");
    }
    String phase = isMoving ? "Running" : "Succeeded";
    server.kubectlAt(0, KubernetesDatastoreTest.machineMoves(phase), "apply", "-f", "-");
  }

  @Nested
  class InTheOldGroup extends DatastoreContract {

    @Override
    protected Datastore open() {
      return emptied(CalicoGroup.CRD);
    }

    @Override
    protected void move(boolean isMoving) {
      moveMachine(isMoving);
    }
  }

  @Nested
  class InTheNewGroup extends DatastoreContract {

    @Override
    protected Datastore open() {
      return emptied(CalicoGroup.NATIVE);
    }

    @Test
    void whatHasAFinalizerWaitsToBeRemoved() {
      String token = KubernetesServer.CONTROLLERS;
      try (Datastore store = emptied(CalicoGroup.NATIVE);
          Datastore controllers =
              KubernetesDatastore.open(settings(server, 0, token, CalicoGroup.NATIVE))) {
        var key = ResourceKey.of(ResourceKind.IP_POOL, "held");
        store.create(
            ResourceCodec.read(
                    """
                    {apiVersion: projectcalico.org/v3, kind: IPPool, metadata: {name: held},
                     spec: {cidr: 10.9.0.0/16}}
                    """)
                .getFirst());
        Finalizers finalizers = controllers.finalizers().orElseThrow();
        assertThat(finalizers.set(key, "example.org/f", true)).isTrue();
        assertThat(finalizers.set(key, "example.org/f", true)).isFalse();
        assertThat(finalizers.set(key, "example.org/g", true)).isTrue();

        store.delete(key);
        assertThat(store.get(key).orElseThrow().metadata().isLeaving()).isTrue();
        assertThat(finalizers.set(key, "example.org/f", false)).isTrue();
        assertThat(store.get(key)).isPresent();
        assertThat(finalizers.set(key, "example.org/g", false)).isTrue();
        assertThat(store.get(key)).isEmpty();
        assertThat(finalizers.set(key, "example.org/g", false)).isFalse();
      }
    }

    @Override
    protected void move(boolean isMoving) {
      moveMachine(isMoving);
    }
  }
}
