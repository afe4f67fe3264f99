// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.brindle.datastore.kubernetes.layout.CalicoGroup;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What records do not say of their fields: bounds, patterns, what must be there, and fields that
/// only others write. None of it refuses what Calico's validation accepts.
///
/// A line is a record, perhaps a field in JSON's words, and what is put into its schema. `+` adds a
/// field; `v1` and `v3` hold in one group only.
final class SchemaLimits {

  static final String DURATION = "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))*$";

  private static final String SELECTOR = "{\"maxLength\":1024}";
  private static final String PRIORITY = "{\"minimum\":1,\"maximum\":2147483646}";
  private static final String SWITCH = "{\"enum\":[\"\",\"Enabled\",\"Disabled\"]}";
  private static final String PERIOD = "{\"pattern\":\"" + DURATION.replace("\\", "\\\\") + "\"}";
  private static final String COMMUNITY = "{\"pattern\":\"^\\\\d+:\\\\d+(:\\\\d+)?$\"}";
  private static final String NET = "^([0-9a-fA-F:.]+(/[0-9]{1,3})?)?$";
  private static final String WITH_LENGTH = "[0-9a-fA-F:.]+/[0-9]{1,3}";
  private static final String CIDR = "{\"pattern\":\"^" + WITH_LENGTH + "$\"}";
  private static final String CIDR_OR_NONE = "{\"pattern\":\"^(" + WITH_LENGTH + ")?$\"}";
  private static final String CIDRS =
      "{\"items\":{\"type\":\"string\",\"pattern\":\"^" + WITH_LENGTH + "$\"}}";
  private static final String NETS =
      "{\"items\":{\"type\":\"string\",\"pattern\":\"" + NET + "\"}}";
  private static final String STATUS =
      "{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}";

  private static final String TABLE =
      """
      BgpConfiguration.Spec logSeverityScreen {"pattern":"(?i)^(Trace|Debug|Info|Warning|Error|Fatal)?$"}
      BgpConfiguration.Spec listenPort {"minimum":1,"maximum":65535}
      BgpConfiguration.Spec communities {"maxItems":500}
      BgpConfiguration.Spec prefixAdvertisements {"maxItems":500}
      BgpConfiguration.Spec nodeMeshMaxRestartTime $PERIOD
      BgpConfiguration.Spec bindMode {"enum":["None","NodeIP"]}
      BgpConfiguration.Spec serviceLoadBalancerAggregation {"enum":["Enabled","Disabled"]}
      BgpConfiguration.Spec programClusterRoutes {"enum":["Enabled","Disabled","EnabledIPIPOnly","EnabledNoEncapOnly"]}
      BgpConfiguration.Spec ipv4NormalRoutePriority $PRIORITY
      BgpConfiguration.Spec ipv6NormalRoutePriority $PRIORITY
      BgpConfiguration.Community value $COMMUNITY
      BgpConfiguration.Community {"required":["name","value"]}
      BgpConfiguration.ServiceCidr cidr $CIDR
      BgpConfiguration.PrefixAdvertisement communities {"maxItems":50}
      BgpConfiguration.PrefixAdvertisement cidr $CIDR
      BgpConfiguration.PrefixAdvertisement {"required":["cidr"]}
      BgpFilter.Rule cidr $CIDR_OR_NONE
      BgpFilter.Rule matchOperator {"enum":["","Equal","NotEqual","In","NotIn"]}
      BgpFilter.Rule source {"enum":["","RemotePeers"]}
      BgpFilter.Rule interface {"pattern":"^[a-zA-Z0-9_.*-]{0,15}$"}
      BgpFilter.Rule peerType {"enum":["","eBGP","iBGP"]}
      BgpFilter.Rule priority $PRIORITY
      BgpFilter.Rule action {"enum":["Accept","Reject"]}
      BgpFilter.Rule operations {"maxItems":10}
      BgpFilter.Rule {"required":["action"]}
      BgpFilter.PrefixLength min {"minimum":0,"maximum":128}
      BgpFilter.PrefixLength max {"minimum":0,"maximum":128}
      BgpFilter.Communities values {"minItems":1,"maxItems":1}
      BgpFilter.AddCommunity value $COMMUNITY
      BgpFilter.PrependAsPath prefix {"minItems":1,"maxItems":10}
      BgpFilter.SetPriority value $PRIORITY
      BgpPeer.Spec peerIP {"pattern":"^([0-9a-fA-F:.]*|\\\\[[0-9a-fA-F:.]+\\\\]:[0-9]{1,5})$"}
      BgpPeer.Spec reachableBy {"pattern":"^[0-9a-fA-F:.]*$"}
      BgpPeer.Spec nodeSelector $SELECTOR
      BgpPeer.Spec peerSelector $SELECTOR
      BgpPeer.Spec localWorkloadSelector $SELECTOR
      BgpPeer.Spec nextHopMode {"enum":["Auto","Self","Keep"]}
      BgpPeer.Spec sourceAddress {"enum":["","UseNodeIP","None"]}
      BgpPeer.Spec maxRestartTime $PERIOD
      BgpPeer.Spec keepaliveTime $PERIOD
      BgpPeer.Spec ttlSecurity {"minimum":0,"maximum":255}
      BgpPeer.Spec reversePeering {"enum":["Auto","Manual"]}
      BlockAffinity.Spec state {"enum":["","confirmed","pending","pendingDeletion"]}
      v1 BlockAffinity.Spec deleted {"type":"string","enum":["","true","false"]}
      BlockAffinity.Spec {"required":["cidr","deleted","node","state"]}
      CalicoNodeStatus.Spec classes {"items":{"type":"string","enum":["Agent","BGP","Routes"]}}
      CalicoNodeStatus.Spec updatePeriodSeconds {"minimum":0,"maximum":86400}
      GlobalNetworkPolicy.Spec selector $SELECTOR
      GlobalNetworkPolicy.Spec namespaceSelector $SELECTOR
      GlobalNetworkPolicy.Spec serviceAccountSelector $SELECTOR
      GlobalNetworkPolicy.Spec ingress {"maxItems":1024}
      GlobalNetworkPolicy.Spec egress {"maxItems":1024}
      GlobalNetworkPolicy.Spec types {"maxItems":2}
      v3 GlobalNetworkPolicy.Spec tier {"default":"default"}
      HostEndpoint.Spec expectedIPs {"items":{"type":"string","pattern":"^[0-9a-fA-F:.]+$"}}
      HostEndpoint.Spec interfaceName {"pattern":"^(\\\\*|[a-zA-Z0-9_.-]{0,15})$"}
      HostEndpoint.EndpointPort port {"minimum":0,"maximum":65535}
      HostEndpoint.EndpointPort {"required":["name","port","protocol"]}
      IpPool.Spec cidr {"maxLength":48}
      IpPool.Spec cidr $CIDR
      IpPool.Spec nodeSelector $SELECTOR
      IpPool.Spec namespaceSelector $SELECTOR
      IpPool.Spec blockSize {"minimum":0,"maximum":128}
      IpPool.Spec allowedUses {"maxItems":10}
      IpPool.Spec {"required":["cidr"]}
      v3 IpPool.Spec ipipMode {"default":"Never"}
      v3 IpPool.Spec vxlanMode {"default":"Never"}
      v3 IpPool.Spec nodeSelector {"maxLength":1024,"default":"all()"}
      v3 IpPool.Spec allowedUses {"maxItems":10,"default":["Workload","Tunnel"]}
      v3 IpPool.Spec assignmentMode {"default":"Automatic"}
      IpPool + status $STATUS
      IpReservation.Spec reservedCIDRs $CIDRS
      IpamBlock.Spec affinityClaimTime {"format":"date-time"}
      IpamBlock.Spec allocations {"items":{"type":"integer","nullable":true}}
      IpamBlock.Spec {"required":["allocations","attributes","cidr","unallocated"]}
      IpamBlock.Spec + strictAffinity {"type":"boolean"}
      IpamBlock.Attribute releasedAt {"format":"date-time"}
      IpamConfig.Spec maxBlocksPerHost {"minimum":0,"maximum":1000000}
      IpamConfig.Spec kubeVirtVMAddressPersistence {"enum":["Enabled","Disabled"]}
      IpamConfig.Spec ipCooldownSeconds {"minimum":0,"maximum":1200}
      v1 IpamConfig.Spec {"required":["autoAllocateBlocks","strictAffinity"]}
      v3 IpamConfig.Spec autoAllocateBlocks {"default":true}
      IpamHandle.Spec {"required":["block","handleID"]}
      KubeControllersConfiguration.Spec logSeverityScreen {"enum":["","None","Debug","Info","Warning","Error","Fatal","Panic"]}
      KubeControllersConfiguration.Spec healthChecks $SWITCH
      KubeControllersConfiguration.Spec etcdV3CompactionPeriod $PERIOD
      KubeControllersConfiguration.Spec prometheusMetricsPort {"minimum":0,"maximum":65535}
      KubeControllersConfiguration.Spec debugProfilePort {"minimum":0,"maximum":65535}
      KubeControllersConfiguration.NodeController reconcilerPeriod $PERIOD
      KubeControllersConfiguration.NodeController leakGracePeriod $PERIOD
      KubeControllersConfiguration.NodeController syncLabels $SWITCH
      KubeControllersConfiguration.HostEndpoints autoCreate $SWITCH
      KubeControllersConfiguration.HostEndpoints createDefaultHostEndpoint $SWITCH
      KubeControllersConfiguration.Reconciler reconcilerPeriod $PERIOD
      KubeControllersConfiguration.LoadBalancer assignIPs {"enum":["","AllServices","RequestedServicesOnly"]}
      KubeControllersConfiguration.Migration policyNameMigrator $SWITCH
      NetworkPolicy.Spec selector $SELECTOR
      NetworkPolicy.Spec serviceAccountSelector $SELECTOR
      NetworkPolicy.Spec ingress {"maxItems":1024}
      NetworkPolicy.Spec egress {"maxItems":1024}
      NetworkPolicy.Spec types {"maxItems":2}
      v3 NetworkPolicy.Spec tier {"default":"default"}
      NetworkSet.Spec nets $NETS
      Rule {"required":["action"]}
      Rule ipVersion {"enum":[4,6]}
      Rule.Icmp type {"minimum":0,"maximum":254}
      Rule.Icmp code {"minimum":0,"maximum":255}
      Rule.Http methods {"maxItems":20}
      Rule.Http paths {"maxItems":20}
      Rule.Entity nets {"maxItems":256}
      Rule.Entity nets $NETS
      Rule.Entity notNets {"maxItems":256}
      Rule.Entity notNets $NETS
      Rule.Entity selector $SELECTOR
      Rule.Entity notSelector $SELECTOR
      Rule.Entity namespaceSelector $SELECTOR
      Rule.Entity ports {"maxItems":50}
      Rule.Entity notPorts {"maxItems":50}
      SecretPassword.SecretKeyRef {"required":["key"]}
      StagedGlobalNetworkPolicy.Spec selector $SELECTOR
      StagedGlobalNetworkPolicy.Spec namespaceSelector $SELECTOR
      StagedGlobalNetworkPolicy.Spec serviceAccountSelector $SELECTOR
      StagedGlobalNetworkPolicy.Spec types {"maxItems":2}
      v3 StagedGlobalNetworkPolicy.Spec stagedAction {"default":"Set"}
      v3 StagedGlobalNetworkPolicy.Spec tier {"default":"default"}
      StagedKubernetesNetworkPolicy.Spec policyTypes {"maxItems":2}
      v3 StagedKubernetesNetworkPolicy.Spec stagedAction {"default":"Set"}
      StagedKubernetesNetworkPolicy.Requirement operator {"enum":["In","NotIn","Exists","DoesNotExist"]}
      StagedKubernetesNetworkPolicy.Requirement {"required":["key","operator"]}
      StagedKubernetesNetworkPolicy.IpBlock {"required":["cidr"]}
      StagedNetworkPolicy.Spec selector $SELECTOR
      StagedNetworkPolicy.Spec serviceAccountSelector $SELECTOR
      StagedNetworkPolicy.Spec types {"maxItems":2}
      v3 StagedNetworkPolicy.Spec stagedAction {"default":"Set"}
      v3 StagedNetworkPolicy.Spec tier {"default":"default"}
      Tier.Spec defaultAction {"enum":["Pass","Deny"]}
      v3 Tier.Spec order {"default":1000000}
      v3 Tier.Spec defaultAction {"default":"Deny"}
      Tier + status $STATUS
      """
          .replace("$SELECTOR", SELECTOR)
          .replace("$PRIORITY", PRIORITY)
          .replace("$SWITCH", SWITCH)
          .replace("$PERIOD", PERIOD)
          .replace("$COMMUNITY", COMMUNITY)
          .replace("$NETS", NETS)
          .replace("$CIDRS", CIDRS)
          .replace("$CIDR_OR_NONE", CIDR_OR_NONE)
          .replace("$CIDR", CIDR)
          .replace("$STATUS", STATUS);

  private final Map<String, ObjectNode> limits = new LinkedHashMap<>();
  private final Map<String, Map<String, JsonNode>> added = new LinkedHashMap<>();
  private final Set<String> unused = new HashSet<>();

  SchemaLimits(CalicoGroup group) {
    String version = group == CalicoGroup.CRD ? "v1 " : "v3 ";
    for (String line : TABLE.lines().toList()) {
      if (line.startsWith(version) || !line.matches("v[13] .*")) {
        read(line.startsWith(version) ? line.substring(version.length()) : line);
      }
    }
    unused.addAll(limits.keySet());
  }

  private void read(String line) {
    int start = line.indexOf('{');
    String place = line.substring(0, start).strip();
    ObjectNode limit = json(line.substring(start));
    String[] words = place.split(" ", -1);
    if (words.length > 2) {
      added.computeIfAbsent(words[0], _ -> new LinkedHashMap<>()).put(words[2], limit);
    } else {
      limits.computeIfAbsent(place, _ -> limit.objectNode()).setAll(limit);
    }
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) new JsonMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  Optional<ObjectNode> of(String place) {
    unused.remove(place);
    return Optional.ofNullable(limits.get(place)).map(ObjectNode::deepCopy);
  }

  Map<String, JsonNode> added(String record) {
    return added.getOrDefault(record, Map.of());
  }

  /// Lines that are for no field that was asked for.
  Set<String> unused() {
    return unused;
  }
}
