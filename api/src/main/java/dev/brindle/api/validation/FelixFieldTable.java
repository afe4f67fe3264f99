// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

/// The fields of FelixConfiguration: name and form, one a line. What a form means is in
/// `FelixField`.
final class FelixFieldTable {

  static final String FIELDS =
      """
      # Feature detection/overrides
      featureDetectOverride matching ([a-zA-Z0-9-_]+=(true|false|),)*([a-zA-Z0-9-_]+=(true|false|))?
      featureGates matching ([a-zA-Z0-9-_]+=([^=]+),)*([a-zA-Z0-9-_]+=([^=]+))?
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
      logActionRateLimit matching [1-9]\\d{0,3}/(second|minute|hour|day)
      logActionRateLimitBurst int 0..9999
      logDebugFilenameRegex regex
      logFilePath text
      logPrefix matching [a-zA-Z0-9%:\\x20/_-]*
      logSeverityFile choice Debug Error Fatal Info Trace Warning
      logSeverityScreen choice Debug Error Fatal Info Trace Warning
      logSeveritySys choice Debug Error Fatal Info Trace Warning
      # Prometheus metrics
      prometheusGoMetricsEnabled bool
      prometheusMetricsCAFile text
      prometheusMetricsCertFile text
      prometheusMetricsClientAuth exactly NoClientCert RequireAndVerifyClientCert RequireAnyClientCert VerifyClientCertIfGiven
      prometheusMetricsEnabled bool
      prometheusMetricsHost matching [a-zA-Z0-9:._+-]{1,64}
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
      floatingIPs exactly Disabled Enabled
      ipForwarding exactly-or-empty Disabled Enabled
      ipv4ElevatedRoutePriority int 1..2147483646
      ipv4NormalRoutePriority int 1..2147483646
      ipv6ElevatedRoutePriority int 1..2147483646
      ipv6NormalRoutePriority int 1..2147483646
      interfaceExclude text
      interfacePrefix text
      interfaceRefreshInterval duration
      ipv6Support bool
      istioAmbientMode exactly Disabled Enabled
      istioDSCPMark dscp
      liveMigrationRouteConvergenceTime duration
      localSubnetL2Reachability exactly Disabled PodsAndLoadBalancers
      localSubnetL2ReachabilityRefreshInterval duration
      mtuIfacePattern regex
      natOutgoingAddress ipv4
      natOutgoingExclusions exactly IPPoolsAndHostIPs IPPoolsOnly
      natPortRange ports-text
      nftablesFlowTableDataIfacePattern regex
      nftablesFlowTableOffload exactly All Disabled
      nftablesMode exactly Auto Disabled Enabled
      netlinkTimeout duration
      policySyncPathPrefix text
      programClusterRoutes exactly Disabled Enabled EnabledIPIPOnly EnabledNoEncapOnly
      removeExternalRoutes bool
      requireMTUFile bool
      routeRefreshInterval duration
      routeSource choice CalicoIPAM WorkloadIPs
      routeSyncDisabled bool
      routeTableRange range
      routeTableRanges ranges
      serviceLoopPrevention exactly-or-empty Disabled Drop Reject
      sidecarAccelerationEnabled bool
      useInternalDataplaneDriver bool
      workloadSourceSpoofing exactly-or-empty Any Disabled
      # iptables
      ipsetsRefreshInterval duration
      iptablesBackend exactly Auto Legacy NFT
      iptablesFilterAllowAction choice Accept Return
      iptablesFilterDenyAction choice Drop Reject
      iptablesLockProbeInterval duration
      iptablesMangleAllowAction choice Accept Return
      iptablesMarkMask uint32
      iptablesNATOutgoingInterfaceFilter matching [a-zA-Z0-9:._+-]{1,15}
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
      bpfAttachType exactly Netkit TC TCX
      bpfCTLBLogFilter text
      bpfConnectTimeLoadBalancing exactly Disabled Enabled TCP
      bpfConnectTimeLoadBalancingEnabled bool
      bpfConntrackMode exactly Auto BPFProgram Userspace
      bpfConntrackLogLevel exactly-or-empty Debug Off
      bpfConntrackTimeouts map
      bpfDSROptoutCIDRs cidrs
      bpfDataIfacePattern regex
      bpfDisableGROForIfaces regex
      bpfDisableUnprivileged bool
      bpfEnabled bool
      bpfEnforceRPF choice Disabled Loose Strict
      bpfExcludeCIDRsFromNAT cidrs
      bpfExportBufferSizeMB int
      bpfExtToServiceConnmark uint32
      bpfExternalServiceMode choice DSR Tunnel
      bpfForceTrackPacketsFromIfaces each-matching [a-zA-Z0-9:._+-]{1,15}
      bpfHostConntrackBypass bool
      bpfHostNetworkedNATWithoutCTLB exactly Disabled Enabled
      bpfIPFragTimeout duration
      bpfIPFragmentReassemblyEnabled bool
      bpfJITHardening exactly Auto Strict
      bpfKubeProxyHealthzPort port
      bpfKubeProxyIptablesCleanupEnabled bool
      bpfKubeProxyMinSyncPeriod duration
      bpfL3IfacePattern regex
      bpfLogFilters map
      bpfLogLevel choice Debug Info Off
      bpfMaglevMaxEndpointsPerService int 1..3000
      bpfMaglevMaxServices int 1..3000
      bpfMapSizeConntrack int
      bpfMapSizeConntrackCleanupQueue int 1..
      bpfMapSizeConntrackScaling choice Disabled DoubleIfFull
      bpfMapSizeIPSets int
      bpfMapSizeIfState int
      bpfMapSizeNATAffinity int
      bpfMapSizeNATBackend int
      bpfMapSizeNATFrontend int
      bpfMapSizePerCpuConntrack int
      bpfMapSizeRoute int
      bpfOverlayHostSourceIP exactly HostAddress TunnelAddress
      bpfPSNATPorts ports-text
      bpfPolicyDebugEnabled bool
      bpfProfiling exactly-or-empty Disabled Enabled
      bpfRedirectToPeer exactly-or-empty Disabled Enabled
      # Windows
      windowsManageFirewallRules exactly Disabled Enabled
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
      wireguardInterfaceName matching [a-zA-Z0-9_.-]{1,15}
      wireguardInterfaceNameV6 matching [a-zA-Z0-9_.-]{1,15}
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
      flowLogsLocalReporter exactly Disabled Enabled
      flowLogsPolicyEvaluationMode exactly Continuous None
      # AWS integration
      awsSrcDstCheck exactly Disable DoNothing Enable
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
