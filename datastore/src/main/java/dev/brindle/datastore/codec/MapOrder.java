// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.codec;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The order in which Calico writes fields that are a map here, which knows none.
final class MapOrder implements Comparator<String> {

  static final MapOrder OF_FELIX =
      new MapOrder(
          """
          nodeSelector useInternalDataplaneDriver dataplaneDriver dataplaneWatchdogTimeout ipv6Support
          routeRefreshInterval interfaceRefreshInterval iptablesRefreshInterval
          iptablesPostWriteCheckInterval iptablesLockProbeInterval featureDetectOverride featureGates
          ipsetsRefreshInterval maxIpsetSize iptablesBackend xdpRefreshInterval netlinkTimeout
          metadataAddr metadataPort openstackRegion interfacePrefix interfaceExclude chainInsertMode
          defaultEndpointToHostAction iptablesFilterAllowAction iptablesMangleAllowAction
          iptablesFilterDenyAction logPrefix logActionRateLimit logActionRateLimitBurst logFilePath
          logSeverityFile logSeverityScreen logSeveritySys logDebugFilenameRegex ipipEnabled ipipMTU
          vxlanEnabled vxlanMTU vxlanMTUV6 vxlanPort vxlanVNI allowVXLANPacketsFromWorkloads
          allowIPIPPacketsFromWorkloads reportingInterval reportingTTL endpointReportingEnabled
          endpointReportingDelay endpointStatusPathPrefix iptablesMarkMask
          disableConntrackInvalidCheck healthEnabled healthHost healthPort healthTimeoutOverrides
          prometheusMetricsEnabled prometheusMetricsHost prometheusMetricsPort
          prometheusGoMetricsEnabled prometheusProcessMetricsEnabled prometheusWireGuardMetricsEnabled
          prometheusMetricsCAFile prometheusMetricsCertFile prometheusMetricsKeyFile
          prometheusMetricsClientAuth failsafeInboundHostPorts failsafeOutboundHostPorts
          kubeNodePortRanges policySyncPathPrefix usageReportingEnabled usageReportingInitialDelay
          usageReportingInterval natPortRange natOutgoingAddress natOutgoingExclusions
          deviceRouteSourceAddress deviceRouteSourceAddressIPv6 deviceRouteProtocol
          removeExternalRoutes programClusterRoutes ipForwarding externalNodesList
          debugMemoryProfilePath debugDisableLogDropping debugSimulateCalcGraphHangAfter
          debugSimulateDataplaneHangAfter debugSimulateDataplaneApplyDelay debugHost debugPort
          iptablesNATOutgoingInterfaceFilter sidecarAccelerationEnabled xdpEnabled genericXDPEnabled
          nftablesMode nftablesFlowTableOffload nftablesFlowTableDataIfacePattern
          nftablesRefreshInterval nftablesFilterAllowAction nftablesMangleAllowAction
          nftablesFilterDenyAction nftablesMarkMask bpfEnabled bpfOverlayHostSourceIP
          bpfDisableUnprivileged bpfJITHardening bpfLogLevel bpfConntrackLogLevel bpfConntrackMode
          bpfConntrackTimeouts bpfIPFragTimeout bpfLogFilters bpfCTLBLogFilter bpfDataIfacePattern
          bpfL3IfacePattern bpfConnectTimeLoadBalancingEnabled bpfConnectTimeLoadBalancing
          bpfHostNetworkedNATWithoutCTLB bpfExternalServiceMode bpfDSROptoutCIDRs
          bpfExtToServiceConnmark bpfKubeProxyIptablesCleanupEnabled bpfKubeProxyMinSyncPeriod
          bpfKubeProxyHealthzPort bpfPSNATPorts bpfMapSizeNATFrontend bpfMapSizeNATBackend
          bpfMapSizeNATAffinity bpfMapSizeRoute bpfMapSizeConntrack bpfMapSizePerCpuConntrack
          bpfMapSizeConntrackScaling bpfMapSizeConntrackCleanupQueue bpfMapSizeIPSets
          bpfMapSizeIfState bpfHostConntrackBypass bpfIPFragmentReassemblyEnabled bpfEnforceRPF
          bpfPolicyDebugEnabled bpfForceTrackPacketsFromIfaces bpfDisableGROForIfaces
          bpfExcludeCIDRsFromNAT bpfExportBufferSizeMB istioAmbientMode istioDSCPMark cgroupV2Path
          flowLogsPolicyEvaluationMode bpfRedirectToPeer bpfAttachType flowLogsFlushInterval
          flowLogsCollectorDebugTrace flowLogsGoldmaneServer flowLogsLocalReporter bpfProfiling
          routeSource routeTableRanges routeTableRange routeSyncDisabled ipv4NormalRoutePriority
          ipv4ElevatedRoutePriority ipv6NormalRoutePriority ipv6ElevatedRoutePriority
          liveMigrationRouteConvergenceTime wireguardEnabled wireguardEnabledV6
          wireguardThreadingEnabled wireguardListeningPort wireguardListeningPortV6
          wireguardRoutingRulePriority wireguardInterfaceName wireguardInterfaceNameV6 wireguardMTU
          wireguardMTUV6 wireguardHostEncryptionEnabled wireguardKeepAlive awsSrcDstCheck
          serviceLoopPrevention workloadSourceSpoofing mtuIfacePattern floatingIPs
          localSubnetL2Reachability localSubnetL2ReachabilityRefreshInterval
          windowsManageFirewallRules goGCThreshold goMemoryLimitMB goMaxProcs requireMTUFile
          bpfMaglevMaxEndpointsPerService bpfMaglevMaxServices
          """);

  /// Of FelixConfiguration: health timeouts, failsafe ports, ranges of tables, timeouts of
  /// connections.
  static final MapOrder OF_PARTS =
      new MapOrder(
          """
          name timeout protocol port net min max creationGracePeriod tcpSynSent tcpEstablished
          tcpFinsSeen tcpResetSeen udpTimeout genericTimeout icmpTimeout
          """);

  static final MapOrder OF_QOS =
      new MapOrder(
          """
          ingressBandwidth ingressBurst ingressPeakrate ingressMinburst egressBandwidth egressBurst
          egressPeakrate egressMinburst ingressPacketRate ingressPacketBurst egressPacketRate
          egressPacketBurst ingressMaxConnections egressMaxConnections dscp
          """);

  /// Of what a status says in `conditions`.
  static final MapOrder OF_CONDITION =
      new MapOrder("type status observedGeneration lastTransitionTime reason message");

  private static final Comparator<String> ALPHABET = Comparator.naturalOrder();

  private final Map<String, Integer> places;

  private MapOrder(String names) {
    List<String> words = List.of(names.strip().split("\\s+"));
    places =
        IntStream.range(0, words.size())
            .boxed()
            .collect(Collectors.toUnmodifiableMap(words::get, place -> place));
  }

  /// What is in no list comes last, by name.
  @Override
  public int compare(String one, String other) {
    int byPlace = Integer.compare(place(one), place(other));
    return byPlace == 0 ? ALPHABET.compare(one, other) : byPlace;
  }

  /// The name of the field, whichever of its letters are capital ones.
  String canonical(String name) {
    return places.containsKey(name)
        ? name
        : places.keySet().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
  }

  private int place(String name) {
    return places.getOrDefault(name, Integer.MAX_VALUE);
  }
}
