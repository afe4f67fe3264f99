// SPDX-License-Identifier: Apache-2.0
package dev.brindle.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// The chart makes what the manifests are.
class ChartTest {

  private static final String CHART = "helm/brindle/";

  private static ObjectNode values() {
    return Checkout.objects(Checkout.read(CHART + "values.yaml")).getFirst();
  }

  /// What `helm template` says, the definitions left out.
  private static Map<String, JsonNode> rendered(ObjectNode values, String namespace) {
    ObjectNode root = new JsonMapper().createObjectNode();
    root.set("Values", values);
    root.putObject("Release").put("Namespace", namespace);
    Map<String, JsonNode> all = new TreeMap<>();
    for (Flavour flavour : Flavour.values()) {
      String template = Checkout.read(CHART + "templates/%s.yaml".formatted(flavour.word()));
      for (ObjectNode each : Checkout.objects(Templates.render(template, root))) {
        all.put(Checkout.name(each), each);
      }
    }
    return all;
  }

  private static Map<String, JsonNode> manifest(Flavour flavour) {
    Map<String, JsonNode> all = new TreeMap<>();
    Checkout.objects(Checkout.read(flavour.file())).stream()
        .filter(each -> !each.path("kind").asText().equals("CustomResourceDefinition"))
        .forEach(each -> all.put(Checkout.name(each), each));
    return all;
  }

  @Test
  void withoutValuesItIsTheManifest() {
    assertThat(rendered(values(), "kube-system")).isEqualTo(manifest(Flavour.KUBERNETES));
  }

  @ParameterizedTest
  @EnumSource(Flavour.class)
  void eachVariantIsItsManifest(Flavour flavour) {
    ObjectNode values = values();
    values.put("variant", flavour.word());

    assertThat(rendered(values, "kube-system")).isEqualTo(manifest(flavour));
  }

  @Test
  void theDefinitionsAreOurs() {
    assertThat(Checkout.read(CHART + "crds/crds.yaml")).isEqualTo(Checkout.read("crds.yaml"));
  }

  /// Each value changes something.
  @Test
  void valuesCount() {
    ObjectNode values = values();
    values.put("mtu", 1400);
    values.put("cniNetworkConfig", "{\n \"name\": \"mine\"\n}");
    ((ObjectNode) values.path("image")).put("repository", "registry/b").put("tag", "v9");
    ((ObjectNode) values.path("image")).put("pullPolicy", "Always");
    ((ObjectNode) values.path("ipv4pool")).put("cidr", "10.244.0.0/16").put("ipip", "Never");
    ((ObjectNode) values.path("ipv4pool")).put("vxlan", "Always");
    ((ObjectNode) values.path("cni")).put("binDir", "/bin/cni").put("confDir", "/conf");
    ((ObjectNode) values.at("/node/env")).put("IP_AUTODETECTION_METHOD", "interface=\"eth.*\"");
    ((ObjectNode) values.at("/node/requests")).put("cpu", "1");
    ((ObjectNode) values.at("/controllers/env")).put("LOG_LEVEL", "debug");
    ((ObjectNode) values.path("controllers")).put("replicas", 3);

    Map<String, JsonNode> all = rendered(values, "network");

    JsonNode config = Objects.requireNonNull(all.get("ConfigMap/brindle-config"));
    assertThat(config.at("/data/veth_mtu").asText()).isEqualTo("1400");
    assertThat(config.at("/data/cni_network_config").asText())
        .isEqualTo("{\n \"name\": \"mine\"\n}");
    JsonNode pod =
        Objects.requireNonNull(all.get("DaemonSet/brindle-node")).at("/spec/template/spec");
    assertThat(pod.at("/initContainers/0/image").asText()).isEqualTo("registry/b:v9");
    assertThat(pod.at("/containers/0/imagePullPolicy").asText()).isEqualTo("Always");
    assertThat(pod.at("/containers/0/resources/requests/cpu").asText()).isEqualTo("1");
    assertThat(pod.toString())
        .contains("{\"name\":\"CALICO_IPV4POOL_CIDR\",\"value\":\"10.244.0.0/16\"}")
        .contains("{\"name\":\"CALICO_IPV4POOL_IPIP\",\"value\":\"Never\"}")
        .contains("{\"name\":\"CALICO_IPV4POOL_VXLAN\",\"value\":\"Always\"}")
        .contains("{\"name\":\"IP_AUTODETECTION_METHOD\",\"value\":\"interface=\\\"eth.*\\\"\"}")
        .contains("{\"name\":\"CNI_NET_DIR\",\"value\":\"/conf\"}")
        .contains("\"path\":\"/bin/cni\"");
    JsonNode controllers = Objects.requireNonNull(all.get("Deployment/brindle-controllers"));
    assertThat(controllers.at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(controllers.toString()).contains("{\"name\":\"LOG_LEVEL\",\"value\":\"debug\"}");
    all.values()
        .forEach(
            each ->
                assertThat(List.of("", "network"))
                    .contains(each.at("/metadata/namespace").asText("")));
    assertThat(all.toString()).doesNotContain("kube-system");
  }

  private static List<String> refused(ObjectNode values) {
    return ValuesSchema.problems(
        Checkout.objects(Checkout.read(CHART + "values.schema.json")).getFirst(), values, "");
  }

  @Test
  void whatTheChartComesWithFitsItsSchema() {
    assertThat(refused(values())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /ipv4pool/cidr             | "10.244.0.0/16"            | "nonsense"
          /ipv4pool/cidr             | "0.0.0.0/0"                | "10.244.0.0"
          /ipv4pool/cidr             | "255.255.255.255/32"       | "10.244.0.0/33"
          /ipv4pool/cidr             | ""                         | "10.256.0.0/16"
          /ipv4pool/cidr             | "172.16.0.0/12"            | "fd00::/48"
          /ipv4pool/cidr             | "192.168.0.0/16"           | "10.0.0.0/8,fd00::/48"
          /ipv4pool/cidr             | "10.0.0.0/8"               | "010.0.0.0/8"
          /ipv4pool/ipip             | "CrossSubnet"              | "Off"
          /node/env/CALICO_IPV6POOL_CIDR | "fd00:10:244::/48"     | "fd00"
          /node/env/CALICO_IPV6POOL_CIDR | "::/0"                 | "fd00::1::/64"
          /node/env/CALICO_IPV6POOL_CIDR | "fd00::1/128"          | "fd00::/129"
          /node/env/CALICO_IPV6POOL_CIDR | "1:2:3:4:5:6:7:8/128"  | "1:2:3:4:5:6:7:8:9/128"
          /node/env/CALICO_IPV6POOL_CIDR | "1:2:3:4:5:6:7::/112"  | "10.0.0.0/8"
          /node/env/CALICO_IPV6POOL_CIDR | "::ffff:1/128"         | "1:2:3:4::5:6:7:8/64"
          /node/env/IP               | "autodetect"               | 7
          /node/env                  | {"A_B": "c"}               | {"A B": "c"}
          /node/requests/memory      | "180Mi"                    | "180 MB"
          /node/requests/cpu         | "0.5"                      | "half"
          /controllers/requests/cpu  | "1e3"                      | "-1"
          /controllers/replicas      | 0                          | -1
          /mtu                       | 9000                       | 70000
          /mtu                       | 0                          | "1400"
          /image/tag                 | "v1.2_3"                   | "v1 2"
          /image/repository          | "registry:5000/a/b"        | "https://registry/a"
          /cni/binDir                | "/k3s/bin"                 | "bin"
          /cni/confDir               | "/a"                       | ""
          /etcd/endpoints            | "https://a:2379,https://b" | "a:2379"
          /etcd/ca                   | "Y2E="                     | "-----BEGIN"
          /variant                   | "vxlan"                    | "calico"
          /ipv4pool/block            |                            | 26
          """)
  void aValueLooksAsItShould(String place, @Nullable String good, String bad) throws Exception {
    ObjectNode values = values();
    JsonPointer at = JsonPointer.compile(place);
    ObjectNode parent = (ObjectNode) values.at(at.head());
    String name = at.last().getMatchingProperty();
    if (good != null) {
      parent.set(name, new JsonMapper().readTree(good));
      assertThat(refused(values)).isEmpty();
    }
    parent.set(name, new JsonMapper().readTree(bad));
    assertThat(refused(values)).hasSize(1);
  }

  @Test
  void etcdIsSaid() {
    ObjectNode values = values();
    values.put("variant", "etcd");
    ((ObjectNode) values.path("etcd")).put("endpoints", "https://e:2379").put("ca", "Y2E=");

    Map<String, JsonNode> all = rendered(values, "kube-system");

    assertThat(Objects.requireNonNull(all.get("ConfigMap/brindle-config")).path("data").toString())
        .contains("\"etcd_endpoints\":\"https://e:2379\"")
        .contains("\"etcd_ca\":\"/calico-secrets/etcd-ca\"")
        .contains("\"etcd_cert\":\"\"");
    assertThat(
            Objects.requireNonNull(all.get("Secret/brindle-etcd-secrets")).path("data").toString())
        .isEqualTo("{\"etcd-ca\":\"Y2E=\"}");
  }
}
