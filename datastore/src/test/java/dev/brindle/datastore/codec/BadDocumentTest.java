// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadDocumentTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story           | kind           | spec                                        | message
          unknown field     | IPPool         | {cdir: 10.0.0.0/16}                         | line 4, column 8: unknown field "spec.cdir"
          deep unknown      | GlobalNetworkPolicy | {ingress: [{action: Deny, source: {net: x}}]} | line 4, column 42: unknown field "spec.ingress[0].source.net"
          given twice       | IPPool         | {cidr: 10.0.0.0/16, cidr: 10.1.0.0/16}      | line 4, column 27: field "cidr" is given twice
          missing           | IPPool         | {natOutgoing: true}                         | spec.cidr: is required
          missing in rule   | GlobalNetworkPolicy | {ingress: [{protocol: TCP}]}           | spec.ingress[0].action: is required
          bad CIDR          | IPPool         | {cidr: 10.0.0.0/33}                         | line 4, column 8: error with field IPPool.Spec.CIDR = '10.0.0.0/33' (prefix length 33 is not in 0..32) at spec.cidr
          bad choice        | IPPool         | {cidr: 10.0.0.0/16, ipipMode: Sometimes}    | line 4, column 27: error with field IPIPMode = 'Sometimes' (supported values: "Never", "Always", "CrossSubnet") at spec.ipipMode
          text for a number | IPPool         | {cidr: 10.0.0.0/16, blockSize: "26"}        | line 4, column 27: spec.blockSize: expected a number in range (cannot unmarshal string into Go struct field IPPoolSpec.spec.blockSize of type int)
          fraction          | IPPool         | {cidr: 10.0.0.0/16, blockSize: 26.5}        | line 4, column 27: spec.blockSize: expected a number in range
          too large         | IPPool         | {cidr: 10.0.0.0/16, blockSize: 4294967296}  | line 4, column 27: spec.blockSize:
          text for truth    | IPPool         | {cidr: 10.0.0.0/16, disabled: maybe}        | line 4, column 27: spec.disabled: expected true or false (cannot unmarshal string into Go struct field IPPoolSpec.spec.disabled of type bool)
          in other capitals | IPPool         | {cidr: 10.0.0.0/16, DISABLED: maybe}        | line 4, column 27: spec.disabled: expected true or false (cannot unmarshal string into Go struct field IPPoolSpec.spec.disabled of type bool)
          fields for a list | GlobalNetworkPolicy | {ingress: {action: Deny}}              | line 4, column 8: spec.ingress: expected a list (cannot unmarshal object into Go struct field GlobalNetworkPolicySpec.spec.ingress of type []v3.Rule)
          text for fields   | IPPool         | all                                         | line 4, column 1: spec: expected fields (cannot unmarshal string into Go struct field IPPool.spec of type v3.IPPoolSpec)
          nothing in a list | GlobalNetworkPolicy | {ingress: [null]}                      | spec.ingress
          bad protocol      | GlobalNetworkPolicy | {ingress: [{action: Deny, protocol: FOO}]} | line 4, column 33: error with field Protocol = 'FOO' (protocol 'FOO' is not one of
          bad port          | GlobalNetworkPolicy | {ingress: [{action: Deny, source: {ports: [70000]}}]} | spec.ingress[0].source.ports[0]: port 70000 is not in 0..65535 (cannot unmarshal number 70000 into Go struct field EntityRule.spec.ingress.source.ports of type uint16)
          bad ports         | GlobalNetworkPolicy | {ingress: [{action: Deny, source: {ports: [1:70000]}}]} | error with field Port = '1:70000' (invalid maximum port number in range (1:70000): not in 0..65535) at spec.ingress[0].source.ports[0]
          ports in a word   | GlobalNetworkPolicy | {ingress: [{action: Deny, source: {ports: http}}]} | spec.ingress[0].source.ports: expected a list (cannot unmarshal string into Go struct field EntityRule.spec.ingress.source.ports of type []numorstring.Port)
          types in a word   | GlobalNetworkPolicy | {types: Ingress} | spec.types: expected a list (cannot unmarshal string into Go struct field GlobalNetworkPolicySpec.spec.types of type []v3.PolicyType)
          nets in a word    | GlobalNetworkPolicy | {ingress: [{action: Deny, source: {nets: x}}]} | spec.ingress[0].source.nets: expected a list (cannot unmarshal string into Go struct field EntityRule.spec.ingress.source.nets of type []string)
          labels in a list  | Profile        | {labelsToApply: [a]}                        | spec.labelsToApply: expected fields (cannot unmarshal array into Go struct field ProfileSpec.spec.labelsToApply of type map[string]string)
          text for an order | Tier           | {order: first}                              | spec.order: expected a number in range (cannot unmarshal string into Go struct field TierSpec.spec.order of type float64)
          truth for a name  | GlobalNetworkPolicy | {ingress: [{action: Deny, protocol: true}]} | (cannot unmarshal bool into Go struct field Rule.spec.ingress.protocol of type uint8)
          a number for text | IPPool         | {cidr: 5}                                   | error with field IPPool.Spec.CIDR = '5' ('5' is not an IP address) at spec.cidr
          a loose pool      | IPPool         | {cidr: 10.0.0.1/16}                         | line 4, column 8: error with field IPPool.Spec.CIDR = '10.0.0.0/16' ('10.0.0.1/16' has bits set after its length, write 10.0.0.0/16) at spec.cidr
          a bare pool       | IPPool         | {cidr: 10.0.0.1, blockSize: 32}             | error with field IPPool.Spec.CIDR = '10.0.0.1' (is an address, a network is written 10.0.0.1/32) at spec.cidr
          a bare service    | BGPConfiguration | {serviceClusterIPs: [{cidr: 10.0.0.1}]}   | error with field CIDR = '10.0.0.1' (is an address, a network is written 10.0.0.1/32) at spec.serviceClusterIPs[0].cidr
          no action         | GlobalNetworkPolicy | {egress: [{action: null}]}              | spec.egress[0]: action is required
          an empty action   | GlobalNetworkPolicy | {egress: [{action: ""}]}                | line 4, column 18: error with field Action = '' (supported values: "Allow", "Deny", "Log", "Pass") at spec.egress[0].action
          an empty mode     | IPPool         | {cidr: 10.0.0.0/16, assignmentMode: ""}     | line 4, column 27: error with field AssignmentMode = '' (supported values: "Automatic", "Manual") at spec.assignmentMode
          an empty choice   | BGPPeer        | {nextHopMode: ""}                           | line 4, column 8: error with field NextHopMode = '' (supported values: "Auto", "Self", "Keep") at spec.nextHopMode
          in capitals       | BGPPeer        | {REVERSEPEERING: ""}                        | line 4, column 8: error with field ReversePeering = '' (supported values: "Auto", "Manual") at spec.reversePeering
          no aggregation    | BGPConfiguration | {serviceLoadBalancerAggregation: ""}      | error with field ServiceLoadBalancerAggregation = '' (supported values: "Enabled", "Disabled")
          no bind mode      | BGPConfiguration | {bindMode: ""}                            | error with field BindMode = '' (supported values: "None", "NodeIP")
          no programming    | BGPConfiguration | {programClusterRoutes: ""}                | error with field ProgramClusterRoutes = '' (supported values: "Enabled", "Disabled", "EnabledIPIPOnly", "EnabledNoEncapOnly")
          no persistence    | IPAMConfiguration | {kubeVirtVMAddressPersistence: ""}       | error with field KubeVirtVMAddressPersistence = '' (supported values: "Enabled", "Disabled")
          a bare port       | HostEndpoint   | {ports: [{name: a, protocol: TCP, port: 1}, {name: b, port: 2}]} | error with field Protocol = '' (is required: TCP, UDP or SCTP) at spec.ports[1].protocol
          a pod's port      | WorkloadEndpoint | {ports: [{name: a, port: 1, protocol: null}]} | error with field Protocol = '' (is required: TCP, UDP or SCTP) at spec.ports[0].protocol
          number for Secret | BGPPeer        | {password: {secretKeyRef: {name: 5, key: k}}} | line 4, column 34: spec.password.secretKeyRef.name: expected text (cannot unmarshal number into Go struct field SecretKeySelector.spec.password.secretKeyRef.name of type string)
          truth for Secret  | BGPConfiguration | {nodeMeshPassword: {secretKeyRef: {name: true, key: k}}} | cannot unmarshal bool into Go struct field SecretKeySelector.spec.nodeMeshPassword.secretKeyRef.name of type string
          an empty number   | IPPool         | {cidr: 10.0.0.0/16, blockSize: ""}          | line 4, column 27: spec.blockSize: expected a number in range
          a number for truth | IPPool        | {cidr: 10.0.0.0/16, disabled: 1}            | line 4, column 27: spec.disabled: expected true or false (cannot unmarshal number into Go struct field IPPoolSpec.spec.disabled of type bool)
          an empty network  | BGPConfiguration | {prefixAdvertisements: [{cidr: "", communities: ["1:2"]}]} | spec.prefixAdvertisements[0]: cidr is required
          an empty pool     | IPPool         | {cidr: ""}                                  | spec: cidr is required
          an empty address  | WorkloadEndpoint | {ipNATs: [{internalIP: "", externalIP: 192.0.2.1}]} | spec.ipNATs[0]: internalIP is required
          a loose service   | BGPConfiguration | {serviceClusterIPs: [{cidr: 10.0.0.1/16}]} | error with field CIDR = '10.0.0.1/16' ('10.0.0.1/16' has bits set after its length, write 10.0.0.0/16) at spec.serviceClusterIPs[0].cidr
          a loose filter    | BGPFilter      | {importV6: [{action: Accept, cidr: "fd00::1/64", matchOperator: In}]} | error with field CIDR = 'fd00::1/64' ('fd00::1/64' has bits set after its length
          bad AS number     | BGPPeer        | {asNumber: -1}                              | line 4, column 8: spec.asNumber: '-1' is not an AS number (cannot unmarshal number into Go struct field BGPPeerSpec.spec.asNumber of type string)
          no AS number      | BGPPeer        | {asNumber: ""}                              | line 4, column 8: error with field ASNumber = '' ('' is not an AS number) at spec.asNumber
          no protocol       | GlobalNetworkPolicy | {ingress: [{action: Deny, protocol: ""}]} | error with field Protocol = ''
          no port           | GlobalNetworkPolicy | {ingress: [{action: Deny, source: {ports: [""]}}]} | error with field Port = ''
          no address        | HostEndpoint   | {expectedIPs: [""]}                          | line 4, column 22: spec.expectedIPs[0]: is empty
          no duration       | BGPPeer        | {maxRestartTime: ""}                        | line 4, column 8: error with field MaxRestartTime = '' (must be a duration such as 90s, 1m30s or 500ms) at spec.maxRestartTime
          no inner duration | FelixConfiguration | {healthTimeoutOverrides: [{name: a, timeout: ""}]} | error with field Timeout = '' (must be a duration such as 90s, 1m30s or 500ms) at spec.healthTimeoutOverrides[0].timeout
          AS with a point   | BGPPeer        | {asNumber: 1.10}                            | line 4, column 8: spec.asNumber: expected text or a whole number
          bad MAC           | WorkloadEndpoint | {mac: 'zz:00:00:00:00:00'}                | line 4, column 8: error with field MAC = 'zz:00:00:00:00:00' ('zz:00:00:00:00:00' is not a MAC address) at spec.mac
          merge of text     | FelixConfiguration | {<<: text}                              | only fields can be merged
          foreign tag       | FelixConfiguration | {a: !!java.net.URL x}                   | Global tag is not allowed
          """)
  void saysWhatIsWrongAndWhere(String story, String kind, String spec, String message) {
    String text =
        "apiVersion: projectcalico.org/v3\nkind: %s\nmetadata: {name: a, namespace: b}\nspec: %s\n"
            .formatted(kind, spec);
    assertThatThrownBy(() -> ResourceCodec.read(text))
        .isInstanceOf(ResourceFormatException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {apiVersion: v1, kind: Pod}                                   | unknown resource type (Pod) and/or version (v1)
          {apiVersion: crd.projectcalico.org/v1, kind: IPPool}          | unknown resource type (IPPool) and/or version (crd.projectcalico.org/v1)
          {apiVersion: projectcalico.org/v3, kind: PodList, items: []}  | unknown resource type (PodList)
          {apiVersion: projectcalico.org/v3, kind: 7}                   | kind: expected text
          {apiVersion: v1, kind: List, items: {}}                       | items: expected a list
          {apiVersion: v1, kind: List, itmes: []}                       | unknown field "itmes"
          {apiVersion: v1, kind: List, items: [1]}                      | items[0]: expected a resource, found '1'
          hello                                                         | expected a resource, found 'hello'
          {apiVersion: projectcalico.org/v3                             | line 1, column
          {? [a] : b}                                                   | must be text
          *unknown                                                      | undefined alias
          """)
  void refusesWhatIsNoResource(String text, String message) {
    assertThatThrownBy(() -> ResourceCodec.read(text))
        .isInstanceOf(ResourceFormatException.class)
        .hasMessageContaining(message);
  }

  @Test
  void namesTheUnknownField() {
    var fault =
        catchThrowableOfType(
            ResourceFormatException.class,
            () ->
                ResourceCodec.read(
                    "{\"apiVersion\":\"projectcalico.org/v3\",\"kind\":\"Tier\",\"spec\":{\"oder\":1}}"));
    assertThat(fault.unknownField()).contains("spec.oder");
  }

  @Test
  void refusesRepeatedFieldsInJson() {
    assertThatThrownBy(
            () ->
                ResourceCodec.read(
                    "{\"apiVersion\":\"projectcalico.org/v3\",\"kind\":\"Tier\",\"kind\":\"Tier\"}"))
        .isInstanceOf(ResourceFormatException.class)
        .hasMessageContaining("kind");
  }

  @Test
  void aliasesThatExplodeAreStopped() {
    StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 10; i++) {
      String before = "*a" + (i - 1);
      text.append(
          "a%d: &a%d [%s]\n".formatted(i, i, String.join(",", Collections.nCopies(10, before))));
    }
    assertThatThrownBy(() -> ResourceCodec.read(text.toString()))
        .isInstanceOf(ResourceFormatException.class)
        .hasMessageContaining("aliases counted");
  }

  @Test
  void anAliasOfItselfIsStopped() {
    assertThatThrownBy(() -> ResourceCodec.read("a: &a [*a]"))
        .isInstanceOf(ResourceFormatException.class);
  }

  @ParameterizedTest
  @CsvSource({"'[', ']'", "'{\"a\":', '}'", "'- ', ''"})
  void depthIsBounded(String open, String close) {
    String text = open.repeat(5000) + "1" + close.repeat(5000);
    assertThatThrownBy(() -> ResourceCodec.read(text)).isInstanceOf(ResourceFormatException.class);
  }

  @Test
  void sizeIsBounded() {
    String text = "# nothing\n".repeat(1_200_000) + "a: b";
    assertThatThrownBy(() -> ResourceCodec.read(text)).isInstanceOf(ResourceFormatException.class);
  }
}
