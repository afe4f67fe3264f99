// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import static dev.brindle.felix.settings.ParameterType.BITS;
import static dev.brindle.felix.settings.ParameterType.DURATION;
import static dev.brindle.felix.settings.ParameterType.FAILSAFE_PORTS;
import static dev.brindle.felix.settings.ParameterType.NAMES;
import static dev.brindle.felix.settings.ParameterType.NAMES_OR_PATTERNS;
import static dev.brindle.felix.settings.ParameterType.NETWORKS;
import static dev.brindle.felix.settings.ParameterType.PATTERN;
import static dev.brindle.felix.settings.ParameterType.PORTS;
import static dev.brindle.felix.settings.ParameterType.TEXT;
import static dev.brindle.felix.settings.ParameterType.TRUTH;
import static dev.brindle.felix.settings.ParameterType.TRUTH_OR_UNSET;
import static dev.brindle.felix.settings.ParameterType.address;
import static dev.brindle.felix.settings.ParameterType.number;
import static dev.brindle.felix.settings.ParameterType.oneOf;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The table of settings that count here. Names, fields and defaults are Calico's.
public final class Parameters {

  private static final int MAX_MTU = 65_535;
  private static final int MAX_PORT = 65_535;
  private static final int MAX_VNI = 0xff_ffff;
  private static final int MAX_PRIORITY = 2_147_483_646;

  private static final String MTU_IFACES = "^((en|wl|ww|sl|ib)[Pcopsvx].*|(eth|wlan|wwan).*)";

  public static final Parameter<HostAction> DEFAULT_ENDPOINT_TO_HOST_ACTION =
      new Parameter<>(
          "DefaultEndpointToHostAction",
          "defaultEndpointToHostAction",
          oneOf(HostAction.class),
          HostAction.DROP,
          "what becomes of allowed traffic from a pod to its own node");

  public static final Parameter<List<String>> INTERFACE_PREFIX =
      new Parameter<>(
          "InterfacePrefix",
          "interfacePrefix",
          NAMES,
          List.of("cali"),
          "how the names of pod interfaces begin");

  public static final Parameter<String> LOG_PREFIX =
      new Parameter<>(
          "LogPrefix",
          "logPrefix",
          TEXT,
          "calico-packet",
          "what log lines of rules with action Log begin with");

  public static final Parameter<Boolean> IPV6_SUPPORT =
      new Parameter<>(
          "Ipv6Support",
          "ipv6Support",
          TRUTH,
          true,
          "whether IPv6 is programmed; without, pods send none");

  public static final Parameter<Optional<Boolean>> IPIP_ENABLED =
      new Parameter<>(
          "IpInIpEnabled",
          "ipipEnabled",
          TRUTH_OR_UNSET,
          Optional.empty(),
          "whether IPIP is set up; unset: if a pool wants it");

  public static final Parameter<Integer> IPIP_MTU =
      new Parameter<>(
          "IpInIpMtu", "ipipMTU", number(0, MAX_MTU), 0, "MTU of tunl0; 0: the host's less 20");

  public static final Parameter<Optional<Boolean>> VXLAN_ENABLED =
      new Parameter<>(
          "VXLANEnabled",
          "vxlanEnabled",
          TRUTH_OR_UNSET,
          Optional.empty(),
          "whether VXLAN is set up; unset: if a pool wants it");

  public static final Parameter<Integer> VXLAN_MTU =
      new Parameter<>(
          "VXLANMTU",
          "vxlanMTU",
          number(0, MAX_MTU),
          0,
          "MTU of vxlan.calico; 0: the host's less 50");

  public static final Parameter<Integer> VXLAN_MTU_V6 =
      new Parameter<>(
          "VXLANMTUV6",
          "vxlanMTUV6",
          number(0, MAX_MTU),
          0,
          "MTU of vxlan-v6.calico; 0: the host's less 70");

  public static final Parameter<Integer> VXLAN_PORT =
      new Parameter<>("VXLANPort", "vxlanPort", number(1, MAX_PORT), 4789, "UDP port of VXLAN");

  public static final Parameter<Integer> VXLAN_VNI =
      new Parameter<>(
          "VXLANVNI", "vxlanVNI", number(0, MAX_VNI), 4096, "network identifier of VXLAN");

  public static final Parameter<Duration> ROUTE_REFRESH_INTERVAL =
      new Parameter<>(
          "RouteRefreshInterval",
          "routeRefreshInterval",
          DURATION,
          Duration.ofSeconds(90),
          "how often routes are compared with the kernel; 0: never");

  public static final Parameter<Duration> NFTABLES_REFRESH_INTERVAL =
      new Parameter<>(
          "NftablesRefreshInterval",
          "nftablesRefreshInterval",
          DURATION,
          Duration.ofMinutes(3),
          "how often rules and sets are compared with the kernel; 0: never");

  public static final Parameter<Integer> DEVICE_ROUTE_PROTOCOL =
      new Parameter<>(
          "DeviceRouteProtocol",
          "deviceRouteProtocol",
          number(1, 255),
          3,
          "rtm_protocol of routes to pods of this node");

  public static final Parameter<Optional<IpAddress>> DEVICE_ROUTE_SOURCE_ADDRESS =
      new Parameter<>(
          "DeviceRouteSourceAddress",
          "deviceRouteSourceAddress",
          address(IpFamily.IPV4),
          Optional.empty(),
          "source address this node prefers towards its pods, IPv4");

  public static final Parameter<Optional<IpAddress>> DEVICE_ROUTE_SOURCE_ADDRESS_V6 =
      new Parameter<>(
          "DeviceRouteSourceAddressIPv6",
          "deviceRouteSourceAddressIPv6",
          address(IpFamily.IPV6),
          Optional.empty(),
          "source address this node prefers towards its pods, IPv6");

  public static final Parameter<Integer> IPV4_ROUTE_PRIORITY =
      new Parameter<>(
          "IPv4NormalRoutePriority",
          "ipv4NormalRoutePriority",
          number(1, MAX_PRIORITY),
          1024,
          "metric of IPv4 routes");

  public static final Parameter<Integer> IPV6_ROUTE_PRIORITY =
      new Parameter<>(
          "IPv6NormalRoutePriority",
          "ipv6NormalRoutePriority",
          number(1, MAX_PRIORITY),
          1024,
          "metric of IPv6 routes");

  public static final Parameter<Optional<IpAddress>> NAT_OUTGOING_ADDRESS =
      new Parameter<>(
          "NATOutgoingAddress",
          "natOutgoingAddress",
          address(IpFamily.IPV4),
          Optional.empty(),
          "source of translated traffic; unset: that of the interface it leaves by");

  public static final Parameter<Optional<PortRange>> NAT_PORT_RANGE =
      new Parameter<>(
          "NATPortRange",
          "natPortRange",
          PORTS,
          Optional.empty(),
          "source ports of translated traffic; unset: the kernel's choice");

  public static final Parameter<NatExclusions> NAT_OUTGOING_EXCLUSIONS =
      new Parameter<>(
          "NATOutgoingExclusions",
          "natOutgoingExclusions",
          oneOf(NatExclusions.class),
          NatExclusions.POOLS,
          "towards what sources stay untranslated");

  public static final Parameter<String> NAT_OUTGOING_INTERFACE =
      new Parameter<>(
          "IptablesNATOutgoingInterfaceFilter",
          "iptablesNATOutgoingInterfaceFilter",
          TEXT,
          "",
          "translate only what leaves by this interface; empty: by any");

  public static final Parameter<Integer> MARK_MASK =
      new Parameter<>(
          "NftablesMarkMask",
          "nftablesMarkMask",
          BITS,
          0xffff_0000,
          "which bits of the packet mark are ours; at least four");

  public static final Parameter<DenyAction> FILTER_DENY_ACTION =
      new Parameter<>(
          "NftablesFilterDenyAction",
          "nftablesFilterDenyAction",
          oneOf(DenyAction.class),
          DenyAction.DROP,
          "how policy refuses packets");

  public static final Parameter<Boolean> HEALTH_ENABLED =
      new Parameter<>(
          "HealthEnabled",
          "healthEnabled",
          TRUTH,
          false,
          "whether /liveness and /readiness are served");

  public static final Parameter<String> HEALTH_HOST =
      new Parameter<>("HealthHost", "healthHost", TEXT, "localhost", "where health is served");

  public static final Parameter<Integer> HEALTH_PORT =
      new Parameter<>("HealthPort", "healthPort", number(1, MAX_PORT), 9099, "TCP port of health");

  public static final Parameter<Boolean> PROMETHEUS_METRICS_ENABLED =
      new Parameter<>(
          "PrometheusMetricsEnabled",
          "prometheusMetricsEnabled",
          TRUTH,
          false,
          "whether /metrics is served");

  public static final Parameter<String> PROMETHEUS_METRICS_HOST =
      new Parameter<>(
          "PrometheusMetricsHost",
          "prometheusMetricsHost",
          TEXT,
          "",
          "where metrics are served; empty: everywhere");

  public static final Parameter<Integer> PROMETHEUS_METRICS_PORT =
      new Parameter<>(
          "PrometheusMetricsPort",
          "prometheusMetricsPort",
          number(1, MAX_PORT),
          9091,
          "TCP port of metrics");

  public static final Parameter<ClusterRouting> PROGRAM_CLUSTER_ROUTES =
      new Parameter<>(
          "ProgramClusterRoutes",
          "programClusterRoutes",
          oneOf(ClusterRouting.class),
          ClusterRouting.ENABLED_IPIP_ONLY,
          "for which pools felix writes the routes to other nodes");

  public static final Parameter<Boolean> ALLOW_VXLAN_FROM_WORKLOADS =
      new Parameter<>(
          "AllowVXLANPacketsFromWorkloads",
          "allowVXLANPacketsFromWorkloads",
          TRUTH,
          false,
          "whether pods may send VXLAN");

  public static final Parameter<Boolean> ALLOW_IPIP_FROM_WORKLOADS =
      new Parameter<>(
          "AllowIPIPPacketsFromWorkloads",
          "allowIPIPPacketsFromWorkloads",
          TRUTH,
          false,
          "whether pods may send IPIP");

  public static final Parameter<Boolean> DISABLE_CONNTRACK_INVALID_CHECK =
      new Parameter<>(
          "DisableConntrackInvalidCheck",
          "disableConntrackInvalidCheck",
          TRUTH,
          false,
          "whether packets that fit no connection go through policy instead of being dropped");

  public static final Parameter<Toggle> IP_FORWARDING =
      new Parameter<>(
          "IPForwarding",
          "ipForwarding",
          oneOf(Toggle.class),
          Toggle.ENABLED,
          "whether this node is made to forward");

  public static final Parameter<String> MTU_IFACE_PATTERN =
      new Parameter<>(
          "MTUIfacePattern",
          "mtuIfacePattern",
          PATTERN,
          MTU_IFACES,
          "which interfaces the host's MTU is taken from");

  public static final Parameter<Boolean> REMOVE_EXTERNAL_ROUTES =
      new Parameter<>(
          "RemoveExternalRoutes",
          "removeExternalRoutes",
          TRUTH,
          true,
          "whether routes to pod interfaces that others wrote are removed");

  public static final Parameter<Boolean> ROUTE_SYNC_DISABLED =
      new Parameter<>(
          "RouteSyncDisabled",
          "routeSyncDisabled",
          TRUTH,
          false,
          "whether routes are left alone altogether");

  public static final Parameter<LogSeverity> LOG_SEVERITY_SCREEN =
      new Parameter<>(
          "LogSeverityScreen",
          "logSeverityScreen",
          oneOf(LogSeverity.class),
          LogSeverity.INFO,
          "what is logged");

  public static final Parameter<LoopPrevention> SERVICE_LOOP_PREVENTION =
      new Parameter<>(
          "ServiceLoopPrevention",
          "serviceLoopPrevention",
          oneOf(LoopPrevention.class),
          LoopPrevention.DROP,
          "what becomes of forwarded packets to unknown service addresses");

  public static final Parameter<SourceSpoofing> WORKLOAD_SOURCE_SPOOFING =
      new Parameter<>(
          "WorkloadSourceSpoofing",
          "workloadSourceSpoofing",
          oneOf(SourceSpoofing.class),
          SourceSpoofing.DISABLED,
          "whether endpoints may ask for foreign sources");

  public static final Parameter<FloatingIps> FLOATING_IPS =
      new Parameter<>(
          "FloatingIPs",
          "floatingIPs",
          oneOf(FloatingIps.class),
          FloatingIps.DISABLED,
          "whether floating addresses lead to the pods that ask for them, and are announced");

  public static final Parameter<List<Cidr>> EXTERNAL_NODES =
      new Parameter<>(
          "ExternalNodesCIDRList",
          "externalNodesList",
          NETWORKS,
          List.of(),
          "hosts outside the cluster that may send IPIP and VXLAN");

  public static final Parameter<List<FailsafePort>> FAILSAFE_INBOUND =
      new Parameter<>(
          "FailsafeInboundHostPorts",
          "failsafeInboundHostPorts",
          FAILSAFE_PORTS,
          both(
              FailsafePort.of(Protocol.TCP, 22, 179, 2379, 2380, 5473, 6443, 6666, 6667),
              FailsafePort.of(Protocol.UDP, 68)),
          "ports of host endpoints that are open to others whatever policy says");

  public static final Parameter<List<FailsafePort>> FAILSAFE_OUTBOUND =
      new Parameter<>(
          "FailsafeOutboundHostPorts",
          "failsafeOutboundHostPorts",
          FAILSAFE_PORTS,
          both(
              FailsafePort.of(Protocol.TCP, 179, 2379, 2380, 5473, 6443, 6666, 6667),
              FailsafePort.of(Protocol.UDP, 53, 67)),
          "ports of others that hosts with host endpoints reach whatever policy says");

  public static final Parameter<List<String>> INTERFACE_EXCLUDE =
      new Parameter<>(
          "InterfaceExclude",
          "interfaceExclude",
          NAMES_OR_PATTERNS,
          List.of("kube-ipvs0"),
          "interfaces of the host that are no host endpoint's");

  private static List<FailsafePort> both(List<FailsafePort> some, List<FailsafePort> more) {
    return Stream.concat(some.stream(), more.stream()).toList();
  }

  public static final Parameter<Duration> REPORTING_INTERVAL =
      new Parameter<>(
          "ReportingIntervalSecs",
          "reportingInterval",
          DURATION,
          Duration.ofSeconds(30),
          "how often it is said in etcd that this agent lives; 0: never");

  public static final Parameter<Duration> REPORTING_TTL =
      new Parameter<>(
          "ReportingTTLSecs",
          "reportingTTL",
          DURATION,
          Duration.ofSeconds(90),
          "for how long that counts");

  public static final Parameter<Boolean> ENDPOINT_REPORTING_ENABLED =
      new Parameter<>(
          "EndpointReportingEnabled",
          "endpointReportingEnabled",
          TRUTH,
          false,
          "whether it is said in etcd how this node's endpoints are");

  public static final Parameter<Duration> ENDPOINT_REPORTING_DELAY =
      new Parameter<>(
          "EndpointReportingDelaySecs",
          "endpointReportingDelay",
          DURATION,
          Duration.ofSeconds(1),
          "how long changes of that are collected");

  public static final Parameter<String> OPENSTACK_REGION =
      new Parameter<>(
          "OpenstackRegion", "openstackRegion", TEXT, "", "the region under which both are said");

  /// All of them, in the order of this page.
  public static final List<Parameter<?>> ALL =
      List.of(
          DEFAULT_ENDPOINT_TO_HOST_ACTION,
          INTERFACE_PREFIX,
          LOG_PREFIX,
          REPORTING_INTERVAL,
          REPORTING_TTL,
          ENDPOINT_REPORTING_ENABLED,
          ENDPOINT_REPORTING_DELAY,
          OPENSTACK_REGION,
          IPV6_SUPPORT,
          IPIP_ENABLED,
          IPIP_MTU,
          VXLAN_ENABLED,
          VXLAN_MTU,
          VXLAN_MTU_V6,
          VXLAN_PORT,
          VXLAN_VNI,
          ROUTE_REFRESH_INTERVAL,
          NFTABLES_REFRESH_INTERVAL,
          DEVICE_ROUTE_PROTOCOL,
          DEVICE_ROUTE_SOURCE_ADDRESS,
          DEVICE_ROUTE_SOURCE_ADDRESS_V6,
          IPV4_ROUTE_PRIORITY,
          IPV6_ROUTE_PRIORITY,
          NAT_OUTGOING_ADDRESS,
          NAT_PORT_RANGE,
          NAT_OUTGOING_EXCLUSIONS,
          NAT_OUTGOING_INTERFACE,
          MARK_MASK,
          FILTER_DENY_ACTION,
          HEALTH_ENABLED,
          HEALTH_HOST,
          HEALTH_PORT,
          PROMETHEUS_METRICS_ENABLED,
          PROMETHEUS_METRICS_HOST,
          PROMETHEUS_METRICS_PORT,
          PROGRAM_CLUSTER_ROUTES,
          ALLOW_VXLAN_FROM_WORKLOADS,
          ALLOW_IPIP_FROM_WORKLOADS,
          DISABLE_CONNTRACK_INVALID_CHECK,
          IP_FORWARDING,
          MTU_IFACE_PATTERN,
          REMOVE_EXTERNAL_ROUTES,
          ROUTE_SYNC_DISABLED,
          LOG_SEVERITY_SCREEN,
          SERVICE_LOOP_PREVENTION,
          WORKLOAD_SOURCE_SPOOFING,
          FLOATING_IPS,
          EXTERNAL_NODES,
          FAILSAFE_INBOUND,
          FAILSAFE_OUTBOUND,
          INTERFACE_EXCLUDE);

  private Parameters() {}
}
