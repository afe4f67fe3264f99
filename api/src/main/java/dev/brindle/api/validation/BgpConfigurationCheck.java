// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static java.util.stream.Collectors.toSet;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.BgpConfiguration;
import dev.brindle.api.resource.BgpConfiguration.Community;
import dev.brindle.api.resource.BgpConfiguration.PrefixAdvertisement;
import dev.brindle.api.resource.ResourceKind;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// BGP settings.
final class BgpConfigurationCheck {

  private static final int MOST = 500;
  private static final int MOST_OF_PREFIX = 50;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_PRIORITY = 2_147_483_646;
  private static final List<String> SEVERITIES =
      List.of("trace", "debug", "info", "warning", "error", "fatal");

  private BgpConfigurationCheck() {}

  static void check(BgpConfiguration configuration, Findings findings) {
    BgpConfiguration.Spec spec = configuration.spec();
    findings.require(
        spec.logSeverityScreen().isEmpty()
            || SEVERITIES.contains(spec.logSeverityScreen().toLowerCase(Locale.ROOT)),
        "spec.logSeverityScreen",
        spec.logSeverityScreen(),
        Violation.supported(List.of("Trace", "Debug", "Info", "Warning", "Error", "Fatal")));
    choice("serviceLoadBalancerAggregation", spec.serviceLoadBalancerAggregation(), findings);
    choice("bindMode", spec.bindMode(), findings);
    choice("programClusterRoutes", spec.programClusterRoutes(), findings);
    findings.inRange("spec.listenPort", spec.listenPort(), 1, MAX_PORT);
    findings.inRange(
        "spec.ipv4NormalRoutePriority", spec.ipv4NormalRoutePriority(), 1, MAX_PRIORITY);
    findings.inRange(
        "spec.ipv6NormalRoutePriority", spec.ipv6NormalRoutePriority(), 1, MAX_PRIORITY);
    Durations.check("spec.nodeMeshMaxRestartTime", spec.nodeMeshMaxRestartTime(), findings);
    checkMesh(spec, findings);
    checkCommunities(spec, findings);
    checkInterfaces(spec.ignoredInterfaces(), findings);
    localPeering(
        "spec.localWorkloadPeeringIPV4", spec.localWorkloadPeeringIPV4(), IpFamily.IPV4, findings);
    localPeering(
        "spec.localWorkloadPeeringIPV6", spec.localWorkloadPeeringIPV6(), IpFamily.IPV6, findings);
    if (!configuration.metadata().name().equals(BgpConfiguration.DEFAULT)) {
      checkOfNode(spec, findings);
    }
  }

  private static void choice(String field, String value, Findings findings) {
    findings.oneOf(
        "spec." + field, value, TextChoices.words(ResourceKind.BGP_CONFIGURATION, field));
  }

  private static void checkMesh(BgpConfiguration.Spec spec, Findings findings) {
    if (spec.nodeToNodeMeshEnabled().orElse(true)) {
      return;
    }
    Findings.Part ofSpec = findings.ofSpec();
    ofSpec.require(
        spec.nodeMeshPassword().isEmpty(),
        "nodeMeshPassword cannot be set when nodeToNodeMeshEnabled is false",
        "spec.nodeMeshPassword",
        "(secret)",
        "there is no mesh: nodeToNodeMeshEnabled is false");
    ofSpec.require(
        spec.nodeMeshMaxRestartTime().isEmpty(),
        "nodeMeshMaxRestartTime cannot be set when nodeToNodeMeshEnabled is false",
        "spec.nodeMeshMaxRestartTime",
        spec.nodeMeshMaxRestartTime(),
        "there is no mesh: nodeToNodeMeshEnabled is false");
  }

  private static void checkCommunities(BgpConfiguration.Spec spec, Findings findings) {
    findings.atMost("spec.communities", spec.communities(), MOST);
    findings.atMost("spec.prefixAdvertisements", spec.prefixAdvertisements(), MOST);
    findings
        .ofSpec()
        .require(
            spec.communities().isEmpty() || !spec.prefixAdvertisements().isEmpty(),
            "communities are defined but not used in prefixAdvertisements",
            "spec.communities",
            spec.communities().size() + " items",
            "communities are used by prefixAdvertisements, and there are none");
    for (Community community : spec.communities()) {
      findings.require(
          Names.isSubdomain(community.name()),
          "spec.communities.name",
          community.name(),
          "must be a name of lower-case letters, digits, '-' and '.'");
      findings.require(
          CommunityText.isCommunity(community.value()),
          "spec.communities.value",
          community.value(),
          "must be 'aa:nn' of 16 bits each or 'aa:nn:mm' of 32 bits each");
    }
    Set<String> names = spec.communities().stream().map(Community::name).collect(toSet());
    for (PrefixAdvertisement prefix : spec.prefixAdvertisements()) {
      checkPrefix(prefix, names, findings);
    }
  }

  private static void checkPrefix(
      PrefixAdvertisement prefix, Set<String> names, Findings findings) {
    findings.require(
        !prefix.communities().isEmpty(),
        "spec.prefixAdvertisements.communities",
        prefix.cidr(),
        "a prefix is advertised with at least one community");
    findings.atMost("spec.prefixAdvertisements.communities", prefix.communities(), MOST_OF_PREFIX);
    for (String community : prefix.communities()) {
      findings.require(
          names.contains(community) || CommunityText.isCommunity(community),
          "spec.prefixAdvertisements.communities",
          community,
          "is neither a community nor the name of one in spec.communities");
    }
  }

  private static void checkInterfaces(List<String> patterns, Findings findings) {
    for (String pattern : patterns) {
      findings.require(
          Names.isInterfacePattern(pattern),
          "spec.ignoredInterfaces",
          pattern,
          "must be the name of an interface, '*' for any part of it, but not '*' alone");
    }
  }

  private static void localPeering(String field, String text, IpFamily family, Findings findings) {
    findings.require(
        text.isEmpty()
            || IpAddress.tryParse(text).filter(found -> found.family() == family).isPresent(),
        field,
        text,
        "must be an " + family + " address");
  }

  /// What holds for the cluster as a whole stands in `default` only.
  private static void checkOfNode(BgpConfiguration.Spec spec, Findings findings) {
    clusterOnly("spec.nodeToNodeMeshEnabled", spec.nodeToNodeMeshEnabled().isPresent(), findings);
    clusterOnly("spec.asNumber", spec.asNumber().isPresent(), findings);
    clusterOnly("spec.serviceClusterIPs", !spec.serviceClusterIPs().isEmpty(), findings);
    clusterOnly("spec.serviceExternalIPs", !spec.serviceExternalIPs().isEmpty(), findings);
    clusterOnly("spec.serviceLoadBalancerIPs", !spec.serviceLoadBalancerIPs().isEmpty(), findings);
    clusterOnly("spec.nodeMeshPassword", spec.nodeMeshPassword().isPresent(), findings);
    clusterOnly("spec.nodeMeshMaxRestartTime", !spec.nodeMeshMaxRestartTime().isEmpty(), findings);
  }

  private static void clusterOnly(String field, boolean isSet, Findings findings) {
    findings.require(
        !isSet,
        field,
        "set",
        "Cannot set " + field.substring("spec.".length()) + " on a non default BGP Configuration.");
  }
}
