// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

/// The fields of FelixConfiguration: name and form, one a line. What a form means is in
/// `FelixField`.
final class FelixFieldTable {

  static final String FIELDS =
      """
      # Feature detection/overrides
      featureDetectOverride text
      featureGates text
      # Go runtime
      goGCThreshold int -1..
      goMaxProcs int -1..
      goMemoryLimitMB int -1..
      # Health port and timeouts
      healthEnabled bool
      healthHost text
      healthPort port
      healthTimeoutOverrides timeouts
      # Logging
      logActionRateLimit text
      logActionRateLimitBurst int 0..
      logDebugFilenameRegex text
      logFilePath text
      logPrefix text
      logSeverityFile choice Debug Error Fatal Info Trace Warning
      logSeverityScreen choice Debug Error Fatal Info Trace Warning
      logSeveritySys choice Debug Error Fatal Info Trace Warning
      # Prometheus metrics
      prometheusGoMetricsEnabled bool
      prometheusMetricsCAFile text
      prometheusMetricsCertFile text
      prometheusMetricsClientAuth choice NoClientCert RequireAndVerifyClientCert RequireAnyClientCert VerifyClientCertIfGiven
      prometheusMetricsEnabled bool
      prometheusMetricsHost text
      prometheusMetricsKeyFile text
      prometheusMetricsPort port
      prometheusProcessMetricsEnabled bool
      prometheusWireGuardMetricsEnabled bool
      # Common
      allowIPIPPacketsFromWorkloads bool
      allowVXLANPacketsFromWorkloads bool
      cgroupV2Path text
      chainInsertMode choice Append Insert
      dataplaneDriver text
      dataplaneWatchdogTimeout duration
      defaultEndpointToHostAction choice Accept Drop Return
      deviceRouteProtocol int
      deviceRouteSourceAddress ipv4
      deviceRouteSourceAddressIPv6 ipv6
      disableConntrackInvalidCheck bool
      endpointStatusPathPrefix text
      externalNodesList ipv4-cidrs
      failsafeInboundHostPorts failsafe
      failsafeOutboundHostPorts failsafe
      floatingIPs choice Disabled Enabled
      ipForwarding choice Disabled Enabled
      ipv4ElevatedRoutePriority int 1..2147483646
      ipv4NormalRoutePriority int 1..2147483646
      ipv6ElevatedRoutePriority int 1..2147483646
      ipv6NormalRoutePriority int 1..2147483646
      interfaceExclude text
      interfacePrefix text
      interfaceRefreshInterval duration
      ipv6Support bool
      istioAmbientMode choice Disabled Enabled
      istioDSCPMark dscp
      liveMigrationRouteConvergenceTime duration
      localSubnetL2Reachability choice Disabled PodsAndLoadBalancers
      localSubnetL2ReachabilityRefreshInterval duration
      mtuIfacePattern text
      natOutgoingAddress ipv4
      natOutgoingExclusions choice IPPoolsAndHostIPs IPPoolsOnly
      natPortRange ports-text
      nftablesFlowTableDataIfacePattern text
      nftablesFlowTableOffload choice All Disabled
      nftablesMode choice Auto Disabled Enabled
      netlinkTimeout duration
      policySyncPathPrefix text
      programClusterRoutes choice Disabled Enabled EnabledIPIPOnly EnabledNoEncapOnly
      removeExternalRoutes bool
      requireMTUFile bool
      routeRefreshInterval duration
      routeSource choice CalicoIPAM WorkloadIPs
      routeSyncDisabled bool
      routeTableRange range
      routeTableRanges ranges
      serviceLoopPrevention choice Disabled Drop Reject
      sidecarAccelerationEnabled bool
      useInternalDataplaneDriver bool
      workloadSourceSpoofing choice Any Disabled
      # iptables
      ipsetsRefreshInterval duration
      iptablesBackend choice Auto Legacy NFT
      iptablesFilterAllowAction choice Accept Return
      iptablesFilterDenyAction choice Drop Reject
      iptablesLockProbeInterval duration
      iptablesMangleAllowAction choice Accept Return
      iptablesMarkMask uint32
      iptablesNATOutgoingInterfaceFilter text
      iptablesPostWriteCheckInterval duration
      iptablesRefreshInterval duration
      kubeNodePortRanges node-ports
      maxIpsetSize int
      # nftables
      nftablesFilterAllowAction choice Accept Return
      nftablesFilterDenyAction choice Drop Reject
      nftablesMangleAllowAction choice Accept Return
      nftablesMarkMask uint32
      nftablesRefreshInterval duration
      # eBPF
      bpfAttachType choice Netkit TC TCX
      bpfCTLBLogFilter text
      bpfConnectTimeLoadBalancing choice Disabled Enabled TCP
      bpfConnectTimeLoadBalancingEnabled bool
      bpfConntrackMode choice Auto BPFProgram Userspace
      bpfConntrackLogLevel choice Debug Off
      bpfConntrackTimeouts map
      bpfDSROptoutCIDRs cidrs
      bpfDataIfacePattern text
      bpfDisableGROForIfaces text
      bpfDisableUnprivileged bool
      bpfEnabled bool
      bpfEnforceRPF choice Disabled Loose Strict
      bpfExcludeCIDRsFromNAT cidrs
      bpfExportBufferSizeMB int
      bpfExtToServiceConnmark int
      bpfExternalServiceMode choice DSR Tunnel
      bpfForceTrackPacketsFromIfaces texts
      bpfHostConntrackBypass bool
      bpfHostNetworkedNATWithoutCTLB choice Disabled Enabled
      bpfIPFragTimeout duration
      bpfIPFragmentReassemblyEnabled bool
      bpfJITHardening choice Auto Strict
      bpfKubeProxyHealthzPort int
      bpfKubeProxyIptablesCleanupEnabled bool
      bpfKubeProxyMinSyncPeriod duration
      bpfL3IfacePattern text
      bpfLogFilters map
      bpfLogLevel choice Debug Info Off
      bpfMaglevMaxEndpointsPerService int 1..3000
      bpfMaglevMaxServices int 1..3000
      bpfMapSizeConntrack int
      bpfMapSizeConntrackCleanupQueue int
      bpfMapSizeConntrackScaling choice Disabled DoubleIfFull
      bpfMapSizeIPSets int
      bpfMapSizeIfState int
      bpfMapSizeNATAffinity int
      bpfMapSizeNATBackend int
      bpfMapSizeNATFrontend int
      bpfMapSizePerCpuConntrack int
      bpfMapSizeRoute int
      bpfOverlayHostSourceIP choice HostAddress TunnelAddress
      bpfPSNATPorts ports-text
      bpfPolicyDebugEnabled bool
      bpfProfiling choice Disabled Enabled
      bpfRedirectToPeer choice Disabled Enabled
      # Windows
      windowsManageFirewallRules choice Disabled Enabled
      # OpenStack support
      endpointReportingDelay duration
      endpointReportingEnabled bool
      metadataAddr text
      metadataPort port
      openstackRegion region
      reportingInterval duration
      reportingTTL duration
      # XDP acceleration for iptables dataplane
      genericXDPEnabled bool
      xdpEnabled bool
      xdpRefreshInterval duration
      # VXLAN overlay
      vxlanEnabled bool
      vxlanMTU int
      vxlanMTUV6 int
      vxlanPort int
      vxlanVNI int
      # IP-in-IP
      ipipEnabled bool
      ipipMTU int
      # Wireguard
      wireguardEnabled bool
      wireguardEnabledV6 bool
      wireguardHostEncryptionEnabled bool
      wireguardInterfaceName text
      wireguardInterfaceNameV6 text
      wireguardListeningPort int 1..65535
      wireguardListeningPortV6 int 1..65535
      wireguardMTU int
      wireguardMTUV6 int
      wireguardKeepAlive duration
      wireguardRoutingRulePriority int 1..32765
      wireguardThreadingEnabled bool
      # Flow logs: file reports
      flowLogsCollectorDebugTrace bool
      flowLogsFlushInterval duration
      flowLogsGoldmaneServer text
      flowLogsLocalReporter choice Disabled Enabled
      flowLogsPolicyEvaluationMode choice Continuous None
      # AWS integration
      awsSrcDstCheck choice Disable DoNothing Enable
      # Debug/test-only (generally unsupported)
      debugDisableLogDropping bool
      debugHost text
      debugMemoryProfilePath text
      debugPort port
      debugSimulateCalcGraphHangAfter duration
      debugSimulateDataplaneApplyDelay duration
      debugSimulateDataplaneHangAfter duration
      # Usage reporting
      usageReportingEnabled bool
      usageReportingInitialDelay duration
      usageReportingInterval duration
      # Which nodes it is for
      nodeSelector selector
      """;

  private FelixFieldTable() {}
}
