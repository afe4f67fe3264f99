// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.datastore.Datastore;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.datastore.connect.DatastoreSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Services get addresses with the rights of the manifests, from a real API server, which has its
/// own idea of what a service's status may hold.
class ServiceAddressesTest {

  @TempDir private Path directory;

  private static List<String> shown(ApiServer server, String service) {
    String addresses =
        server.kubectl(
            "get", "service", service, "-o", "jsonpath={.status.loadBalancer.ingress[*].ip}");
    return addresses.isEmpty() ? List.of() : List.of(addresses.split(" ", -1));
  }

  @ParameterizedTest
  @EnumSource(
      value = Flavour.class,
      names = {"KUBERNETES", "ETCD"})
  void aServiceHasItsAddressForAsLongAsItIsABalancer(Flavour flavour) throws Exception {
    try (ApiServer server = ApiServer.start(directory)) {
      server.kubectl("apply", "-f", Checkout.DIRECTORY.resolve(flavour.file()).toString());
      if (!flavour.hasEtcd()) {
        String definitions = Checkout.DIRECTORY.resolve("crds.yaml").toString();
        server.kubectl("wait", "--for=condition=Established", "--timeout=60s", "-f", definitions);
      }
      Map<String, String> variables = new HashMap<>();
      variables.put("DATASTORE_TYPE", flavour.hasEtcd() ? "etcdv3" : "kubernetes");
      variables.put("KUBECONFIG", server.kubeconfigOf("brindle-controllers"));
      if (flavour.hasEtcd()) {
        variables.put("ETCD_ENDPOINTS", server.etcd());
      }
      server.apply(
          """
          apiVersion: v1
          kind: List
          items:
          - {apiVersion: v1, kind: Node, metadata: {name: n1}}
          - apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec: {type: LoadBalancer, ports: [{port: 80}]}
          - apiVersion: v1
            kind: Service
            metadata:
              name: bad
              namespace: default
              annotations: {projectcalico.org/ipv4pools: public}
            spec: {type: LoadBalancer, ports: [{port: 80}]}
          """);
      story(server, variables, flavour);
    }
  }

  private void story(ApiServer server, Map<String, String> variables, Flavour flavour)
      throws Exception {
    try (var controllers = RunningControllers.start(directory, variables)) {
      if (flavour.hasEtcd()) {
        try (Datastore etcd = DatastoreSettings.fromEnvironment(variables).open()) {
          etcd.create(ResourceCodec.readStored(ResourceKind.IP_POOL, pool()));
        }
      } else {
        server.apply(
            """
            apiVersion: crd.projectcalico.org/v1
            kind: IPPool
            metadata: {name: public}
            spec: {cidr: 192.0.2.0/28, blockSize: 28, allowedUses: [LoadBalancer]}
            """);
      }
      controllers.await("it is shown", () -> shown(server, "web").size() == 1);
      IpAddress address = IpAddress.parse(shown(server, "web").getFirst());
      assertThat(Cidr.parse("192.0.2.0/28").contains(address)).isTrue();
      controllers.await(
          "what is wrong with the other is said",
          () ->
              server
                  .kubectl("get", "events", "--field-selector=involvedObject.name=bad")
                  .contains("expected a JSON list"));

      server.kubectl(
          "annotate", "service", "web", "projectcalico.org/loadBalancerIPs=[\"192.0.2.9\"]");
      controllers.await(
          "the one that is asked for", () -> shown(server, "web").equals(List.of("192.0.2.9")));

      server.kubectl("patch", "service", "web", "-p", "{\"spec\":{\"type\":\"ClusterIP\"}}");
      server.kubectl(
          "annotate",
          "service",
          "bad",
          "--overwrite",
          "projectcalico.org/ipv4pools=",
          "projectcalico.org/loadBalancerIPs=[\"192.0.2.9\"]");
      controllers.await(
          "another has it by now", () -> shown(server, "bad").equals(List.of("192.0.2.9")));
      assertThat(shown(server, "web")).isEmpty();
    }
    assertThat(server.asked("system:serviceaccount:kube-system:brindle-controllers"))
        .contains("200 list services", "200 watch services", "200 patch services/status")
        .contains("201 create events")
        .noneMatch(line -> line.startsWith("403"));
  }

  private static String pool() {
    return "{\"metadata\":{\"name\":\"public\"},\"spec\":{\"cidr\":\"192.0.2.0/28\",\"blockSize\":28,\"allowedUses\":[\"LoadBalancer\"]}}";
  }
}
