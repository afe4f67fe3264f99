// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.resource.WorkloadEndpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodEndpointsTest {

  private static final ObjectLayout LAYOUT =
      ObjectLayout.of(CalicoGroup.CRD, ResourceKind.WORKLOAD_ENDPOINT).getFirst();

  private static ObjectNode json(String text) {
    return Json.object(text).orElseThrow();
  }

  private static WorkloadEndpoint read(ObjectNode pod) {
    return (WorkloadEndpoint) LAYOUT.read(pod).resource().orElseThrow();
  }

  @Test
  void anEndpointIsMadeOfAPod() {
    ObjectNode pod =
        json(
            """
            {"metadata":{"name":"web-1","namespace":"shop","uid":"u","resourceVersion":"5",
            "generateName":"web-","labels":{"app":"web"},"annotations":{
            "cni.projectcalico.org/containerID":"c1",
            "cni.projectcalico.org/floatingIPs":"[\\"192.0.2.1\\",\\"x\\",\\"2001:db8::1\\"]",
            "cni.projectcalico.org/allowedSourcePrefixes":"[\\"10.1.2.3/8\\",\\"y\\"]",
            "k8s.v1.cni.cncf.io/network-status":"s","other":"o"}},
            "spec":{"nodeName":"n-1","serviceAccountName":"sa","containers":[{"ports":[
            {"name":"http","containerPort":80},{"containerPort":81},
            {"containerPort":82,"hostPort":8082,"protocol":"UDP"}]}],
            "initContainers":[{"ports":[{"name":"i","containerPort":90,"protocol":"SCTP"}]}]},
            "status":{"podIPs":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}],"podIP":"10.0.0.1"}}""");
    ObjectLayout.Reading reading = LAYOUT.read(pod);
    var endpoint = (WorkloadEndpoint) reading.resource().orElseThrow();

    assertThat(endpoint.key().toString()).isEqualTo("WorkloadEndpoint(shop/n--1-k8s-web--1-eth0)");
    assertThat(endpoint.metadata().resourceVersion()).isEqualTo("5");
    assertThat(endpoint.metadata().generateName()).isEqualTo("web-");
    assertThat(endpoint.metadata().labels())
        .isEqualTo(
            Map.of(
                "app", "web",
                "projectcalico.org/namespace", "shop",
                "projectcalico.org/orchestrator", "k8s",
                "projectcalico.org/serviceaccount", "sa"));
    assertThat(endpoint.metadata().annotations())
        .isEqualTo(Map.of("k8s.v1.cni.cncf.io/network-status", "s"));
    WorkloadEndpoint.Spec spec = endpoint.spec();
    assertThat(spec.profiles()).containsExactly("kns.shop", "ksa.shop.sa");
    assertThat(spec.ipNetworks())
        .containsExactly(Cidr.parse("10.0.0.1/32"), Cidr.parse("fd00::1/128"));
    assertThat(spec.containerID()).isEqualTo("c1");
    assertThat(spec.interfaceName()).isEqualTo("cali751425ce827");
    assertThat(spec.ports())
        .extracting(port -> port.name() + " " + port.protocol() + " " + port.port())
        .containsExactly("http TCP 80", " UDP 82", "i SCTP 90");
    assertThat(spec.ports().get(1).hostPort()).isEqualTo(8082);
    assertThat(spec.ipNATs())
        .extracting(nat -> nat.internalIP() + " " + nat.externalIP())
        .containsExactly("10.0.0.1 192.0.2.1", "fd00::1 2001:db8::1");
    assertThat(spec.allowSpoofedSourcePrefixes()).containsExactly(Cidr.parse("10.0.0.0/8"));
    assertThat(reading.complaints()).hasSize(2);
  }

  @Test
  void aPortOfAStrangeProtocolHidesNoPod() {
    ObjectLayout.Reading reading =
        LAYOUT.read(
            json(
                """
                {"metadata":{"name":"p","namespace":"d"},"spec":{"nodeName":"n","containers":[{"ports":[
                {"name":"odd","containerPort":7,"protocol":"QUIC"},{"name":"web","containerPort":80}]}]}}"""));

    assertThat(((WorkloadEndpoint) reading.resource().orElseThrow()).spec().ports())
        .extracting(WorkloadEndpoint.EndpointPort::name)
        .containsExactly("web");
    assertThat(reading.complaints()).containsExactly("port 'odd': protocol 'QUIC'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          qos.projectcalico.org/ingressBandwidth=10M                     | {ingressBandwidth=10000000, ingressBurst=4294967296} |
          kubernetes.io/egress-bandwidth=1.5Gi                           | {egressBandwidth=1610612736, egressBurst=4294967296} |
          kubernetes.io/egress-bandwidth=1M qos.projectcalico.org/egressBandwidth=2e6 | {egressBandwidth=2000000, egressBurst=4294967296} |
          qos.projectcalico.org/ingressBandwidth=1M qos.projectcalico.org/ingressBurst=1M qos.projectcalico.org/ingressPeakrate=2M qos.projectcalico.org/ingressMinburst=3k | {ingressBandwidth=1000000, ingressBurst=1000000, ingressMinburst=3000, ingressPeakrate=2000000} |
          qos.projectcalico.org/ingressBandwidth=5 qos.projectcalico.org/egressMaxConnections=9P | {egressMaxConnections=4294967295, ingressBandwidth=1000, ingressBurst=4294967296} | 'not in 1000..', 'not in 1..4294967295'
          qos.projectcalico.org/egressPacketRate=100                     | {egressPacketBurst=5, egressPacketRate=100} |
          qos.projectcalico.org/ingressBurst=1M qos.projectcalico.org/ingressMinburst=1k qos.projectcalico.org/egressPacketBurst=4 | {} | 'Burst needs', 'Minburst needs', 'PacketBurst needs'
          qos.projectcalico.org/egressBandwidth=2M qos.projectcalico.org/egressPeakrate=2M | {egressBandwidth=2000000, egressBurst=4294967296} | 'has to be above'
          qos.projectcalico.org/ingressBandwidth=fast                    | {}                 | 'is no quantity'
          qos.projectcalico.org/dscp=af31                                | {dscp=AF31}        |
          qos.projectcalico.org/dscp=46                                  | {dscp=46}          |
          qos.projectcalico.org/dscp=64                                  | {}                 | 'is no DSCP'
          """)
  void limitsOfTraffic(String annotations, String expected, @Nullable String complaints) {
    ObjectNode pod =
        json("{\"metadata\":{\"name\":\"p\",\"namespace\":\"d\"},\"spec\":{\"nodeName\":\"n\"}}");
    for (String each : annotations.split(" ", -1)) {
      String[] pair = each.split("=", 2);
      pod.withObjectProperty("metadata").withObjectProperty("annotations").put(pair[0], pair[1]);
    }
    ObjectLayout.Reading reading = LAYOUT.read(pod);

    assertThat(((WorkloadEndpoint) reading.resource().orElseThrow()).spec().qosControls())
        .hasToString(expected);
    List<String> wanted = complaints == null ? List.of() : List.of(complaints.split(", "));
    assertThat(reading.complaints()).hasSameSizeAs(wanted);
    for (String part : wanted) {
      assertThat(reading.complaints()).anyMatch(said -> said.contains(part.replace("'", "")));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                    | Running | podIP=10.0.0.1/32                | 10.0.0.1/32
          {}                                    | Running | podIP=10.0.0.1 podIPs=10.0.0.2,10.0.0.3 | 10.0.0.2/32 10.0.0.3/32
          {"podIP":"10.0.0.9"}                  | Running | podIP=10.0.0.1                   | 10.0.0.9/32
          {"podIPs":[{"ip":"10.0.0.8"}],"podIP":"10.0.0.9"} | Running | podIP=x          | 10.0.0.8/32
          {"podIP":"10.0.0.9"}                  | Failed  | podIP=10.0.0.1                   |
          {"podIP":"10.0.0.9"}                  | Succeeded | podIP=10.0.0.1                 |
          {"podIP":"10.0.0.9"}                  | leaving | podIP=                           |
          {"podIP":"10.0.0.9"}                  | leaving | podIP=10.0.0.9                   | 10.0.0.9/32
          {"podIP":"10.0.0.9"}                  | leaving | other=                           | 10.0.0.9/32
          {}                                    | Running | other=                           |
          """)
  void whoKnowsTheAddresses(String status, String phase, String annotations, String expected) {
    ObjectNode pod =
        json("{\"metadata\":{\"name\":\"p\",\"namespace\":\"d\"},\"spec\":{\"nodeName\":\"n\"}}");
    pod.set("status", json(status).put("phase", phase));
    ObjectNode metadata = pod.withObjectProperty("metadata");
    for (String each : annotations.split(" ", -1)) {
      String[] pair = each.split("=", 2);
      metadata.withObjectProperty("annotations").put("cni.projectcalico.org/" + pair[0], pair[1]);
    }
    if (phase.equals("leaving")) {
      metadata.put("deletionTimestamp", "2026-01-01T00:00:00Z");
    }
    List<String> wanted = expected == null ? List.of() : List.of(expected.split(" ", -1));
    assertThat(read(pod).spec().ipNetworks()).map(Cidr::toString).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                      | false
          {"nodeName":""}                         | false
          {"nodeName":"n","hostNetwork":true}     | false
          {"nodeName":"n","hostNetwork":false}    | true
          """)
  void whichPodsHaveOne(String spec, boolean hasOne) {
    ObjectNode pod = json("{\"metadata\":{\"name\":\"p\",\"namespace\":\"d\"}}");
    pod.set("spec", json(spec));
    assertThat(LAYOUT.read(pod).resource().isPresent()).isEqualTo(hasOne);
    assertThat(LAYOUT.key(pod).isPresent()).isEqualTo(hasOne);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          n-k8s-p-eth0,             p
          n--1-k8s-p--2--x-eth0,    p-2-x
          n-cni-p-eth0,             ''
          n-k8s-p-eth1,             ''
          n-k8s--p-eth0,            ''
          -k8s-p-eth0,              ''
          n-k8s-p-eth0-x,           ''
          """)
  void wherePodsAre(String endpoint, String pod) {
    List<ObjectName> names =
        LAYOUT.names(new ResourceKey(ResourceKind.WORKLOAD_ENDPOINT, "d", endpoint));
    assertThat(names).isEqualTo(pod.isEmpty() ? List.of() : List.of(new ObjectName("d", pod)));
  }

  @Test
  void addressesAreNotedAndEmptied() {
    ObjectNode pod =
        json(
            """
            {"metadata":{"name":"p","namespace":"d","uid":"u","resourceVersion":"7","annotations":{
            "cni.projectcalico.org/containerID":"c","cni.projectcalico.org/podIPs":
            "10.0.0.1/32,fd00::1/128"}},"spec":{"nodeName":"n"}}""");
    assertThat(LAYOUT.patch(read(pod), pod).toString())
        .isEqualTo(
            """
            {"metadata":{"uid":"u","annotations":{"cni.projectcalico.org/podIP":"10.0.0.1/32",\
            "cni.projectcalico.org/podIPs":"10.0.0.1/32,fd00::1/128",\
            "cni.projectcalico.org/containerID":"c"}}}""");
    assertThat(LAYOUT.emptying(pod, false).toString())
        .isEqualTo(
            """
            {"metadata":{"uid":"u","annotations":{"cni.projectcalico.org/podIP":"",\
            "cni.projectcalico.org/podIPs":""}}}""");
    assertThat(LAYOUT.emptying(pod, true).at("/metadata/resourceVersion").asText()).isEqualTo("7");
    assertThat(new ArrayList<>(LAYOUT.names(read(pod).key())))
        .containsExactly(new ObjectName("d", "p"));
  }
}
