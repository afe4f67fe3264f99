// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.settings;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// Calico's settings that do not count here. They are accepted, and reported when they ask for
/// something else than the default.
final class OtherParameters {

  /// Used before felix runs, by whoever starts it.
  static final List<String> READ_ELSEWHERE =
      List.of(
          "DatastoreType",
          "EtcdAddr",
          "EtcdCaFile",
          "EtcdCertFile",
          "EtcdEndpoints",
          "EtcdKeyFile",
          "EtcdScheme",
          "FelixHostname");

  /// One a line: name, field (`-` for none), default.
  private static final String TABLE =
      """
      TyphaAddr -
      TyphaCAFile -
      TyphaCN -
      TyphaCertFile -
      TyphaK8sNamespace - kube-system
      TyphaK8sServiceName -
      TyphaKeyFile -
      TyphaReadTimeout - seconds:30
      TyphaURISAN -
      TyphaWriteTimeout - seconds:10
      FeatureDetectOverride featureDetectOverride
      FeatureGates featureGates
      GoGCThreshold goGCThreshold 40
      GoMaxProcs goMaxProcs -1
      GoMemoryLimitMB goMemoryLimitMB -1
      HealthTimeoutOverrides healthTimeoutOverrides
      LogActionRateLimit logActionRateLimit
      LogActionRateLimitBurst logActionRateLimitBurst 5
      LogDebugFilenameRegex logDebugFilenameRegex
      LogFilePath logFilePath /var/log/calico/felix.log
      LogSeverityFile logSeverityFile INFO
      LogSeveritySys logSeveritySys INFO
      PrometheusGoMetricsEnabled prometheusGoMetricsEnabled true
      PrometheusMetricsCAFile prometheusMetricsCAFile
      PrometheusMetricsCertFile prometheusMetricsCertFile
      PrometheusMetricsClientAuth prometheusMetricsClientAuth NoClientCert
      PrometheusMetricsKeyFile prometheusMetricsKeyFile
      PrometheusProcessMetricsEnabled prometheusProcessMetricsEnabled true
      PrometheusWireGuardMetricsEnabled prometheusWireGuardMetricsEnabled true
      CgroupV2Path cgroupV2Path
      ChainInsertMode chainInsertMode insert
      DataplaneDriver dataplaneDriver calico-iptables-plugin
      DataplaneWatchdogTimeout dataplaneWatchdogTimeout seconds:90
      EndpointStatusPathPrefix endpointStatusPathPrefix /var/run/calico
      IPv4ElevatedRoutePriority ipv4ElevatedRoutePriority 512
      IPv6ElevatedRoutePriority ipv6ElevatedRoutePriority 512
      InterfaceRefreshInterval interfaceRefreshInterval seconds:90
      IstioAmbientMode istioAmbientMode Disabled
      IstioDSCPMark istioDSCPMark 23
      LiveMigrationRouteConvergenceTime liveMigrationRouteConvergenceTime seconds:30
      LocalSubnetL2Reachability localSubnetL2Reachability Disabled
      LocalSubnetL2ReachabilityRefreshInterval localSubnetL2ReachabilityRefreshInterval seconds:120
      NFTablesFlowTableDataIfacePattern nftablesFlowTableDataIfacePattern
      NFTablesFlowTableOffload nftablesFlowTableOffload Disabled
      NFTablesMode nftablesMode Auto
      NetlinkTimeoutSecs netlinkTimeout seconds:10
      PolicySyncPathPrefix policySyncPathPrefix
      RequireMTUFile requireMTUFile false
      RouteSource routeSource CalicoIPAM
      RouteTableRange routeTableRange
      RouteTableRanges routeTableRanges
      SidecarAccelerationEnabled sidecarAccelerationEnabled false
      UseInternalDataplaneDriver useInternalDataplaneDriver true
      IpsetsRefreshInterval ipsetsRefreshInterval seconds:90
      IptablesBackend iptablesBackend auto
      IptablesFilterAllowAction iptablesFilterAllowAction ACCEPT
      IptablesFilterDenyAction iptablesFilterDenyAction DROP
      IptablesLockProbeIntervalMillis iptablesLockProbeInterval seconds:50,0.05
      IptablesMangleAllowAction iptablesMangleAllowAction ACCEPT
      IptablesMarkMask iptablesMarkMask 0xffff0000
      IptablesPostWriteCheckIntervalSecs iptablesPostWriteCheckInterval seconds:5
      IptablesRefreshInterval iptablesRefreshInterval seconds:180
      KubeNodePortRanges kubeNodePortRanges 30000:32767
      MaxIpsetSize maxIpsetSize 1048576
      NftablesFilterAllowAction nftablesFilterAllowAction ACCEPT
      NftablesMangleAllowAction nftablesMangleAllowAction ACCEPT
      BPFAttachType bpfAttachType Netkit
      BPFCTLBLogFilter bpfCTLBLogFilter
      BPFConnectTimeLoadBalancing bpfConnectTimeLoadBalancing TCP
      BPFConnectTimeLoadBalancingEnabled bpfConnectTimeLoadBalancingEnabled
      BPFConntrackCleanupMode bpfConntrackMode Auto
      BPFConntrackLogLevel bpfConntrackLogLevel off
      BPFConntrackTimeouts bpfConntrackTimeouts CreationGracePeriod=10s,TCPSynSent=20s,TCPEstablished=1h,TCPFinsSeen=Auto,TCPResetSeen=40s,UDPTimeout=60s,GenericTimeout=10m,ICMPTimeout=5s
      BPFDSROptoutCIDRs bpfDSROptoutCIDRs
      BPFDataIfacePattern bpfDataIfacePattern ^((en|wl|ww|sl|ib)[Popsx].*|(eth|wlan|wwan|bond).*)
      BPFDisableGROForIfaces bpfDisableGROForIfaces
      BPFDisableUnprivileged bpfDisableUnprivileged true
      BPFEnabled bpfEnabled false
      BPFEnforceRPF bpfEnforceRPF Loose
      BPFExcludeCIDRsFromNAT bpfExcludeCIDRsFromNAT
      BPFExportBufferSizeMB bpfExportBufferSizeMB 1
      BPFExtToServiceConnmark bpfExtToServiceConnmark 0
      BPFExternalServiceMode bpfExternalServiceMode tunnel
      BPFForceTrackPacketsFromIfaces bpfForceTrackPacketsFromIfaces docker+
      BPFHostConntrackBypass bpfHostConntrackBypass false
      BPFHostNetworkedNATWithoutCTLB bpfHostNetworkedNATWithoutCTLB Enabled
      BPFIPFragTimeout bpfIPFragTimeout seconds:0
      BPFIPFragmentReassemblyEnabled bpfIPFragmentReassemblyEnabled true
      BPFJITHardening bpfJITHardening Auto
      BPFKubeProxyHealthzPort bpfKubeProxyHealthzPort 10256
      BPFKubeProxyIptablesCleanupEnabled bpfKubeProxyIptablesCleanupEnabled true
      BPFKubeProxyMinSyncPeriod bpfKubeProxyMinSyncPeriod seconds:1
      BPFL3IfacePattern bpfL3IfacePattern
      BPFLogFilters bpfLogFilters
      BPFLogLevel bpfLogLevel off
      BPFMaglevMaxEndpointsPerService bpfMaglevMaxEndpointsPerService 100
      BPFMaglevMaxServices bpfMaglevMaxServices 100
      BPFMapSizeConntrack bpfMapSizeConntrack 512000
      BPFMapSizeConntrackCleanupQueue bpfMapSizeConntrackCleanupQueue 100000
      BPFMapSizeConntrackScaling bpfMapSizeConntrackScaling DoubleIfFull
      BPFMapSizeIPSets bpfMapSizeIPSets 1048576
      BPFMapSizeIfState bpfMapSizeIfState 1000
      BPFMapSizeNATAffinity bpfMapSizeNATAffinity 65536
      BPFMapSizeNATBackend bpfMapSizeNATBackend 262144
      BPFMapSizeNATFrontend bpfMapSizeNATFrontend 65536
      BPFMapSizePerCPUConntrack bpfMapSizePerCpuConntrack 0
      BPFMapSizeRoute bpfMapSizeRoute 262144
      BPFOverlayHostSourceIP bpfOverlayHostSourceIP TunnelAddress
      BPFPSNATPorts bpfPSNATPorts 20000:29999
      BPFPolicyDebugEnabled bpfPolicyDebugEnabled true
      BPFProfiling bpfProfiling Disabled
      BPFRedirectToPeer bpfRedirectToPeer Enabled
      WindowsManageFirewallRules windowsManageFirewallRules Disabled
      MetadataAddr metadataAddr 127.0.0.1
      MetadataPort metadataPort 8775
      GenericXDPEnabled genericXDPEnabled false
      XDPEnabled xdpEnabled true
      XDPRefreshInterval xdpRefreshInterval seconds:90
      WireguardEnabled wireguardEnabled false
      WireguardEnabledV6 wireguardEnabledV6 false
      WireguardHostEncryptionEnabled wireguardHostEncryptionEnabled false
      WireguardInterfaceName wireguardInterfaceName wireguard.cali
      WireguardInterfaceNameV6 wireguardInterfaceNameV6 wg-v6.cali
      WireguardListeningPort wireguardListeningPort 51820
      WireguardListeningPortV6 wireguardListeningPortV6 51821
      WireguardMTU wireguardMTU 0
      WireguardMTUV6 wireguardMTUV6 0
      WireguardPersistentKeepAlive wireguardKeepAlive seconds:0
      WireguardRoutingRulePriority wireguardRoutingRulePriority 99
      WireguardThreadingEnabled wireguardThreadingEnabled false
      FlowLogsCollectorDebugTrace flowLogsCollectorDebugTrace false
      FlowLogsFlushInterval flowLogsFlushInterval seconds:300
      FlowLogsGoldmaneServer flowLogsGoldmaneServer
      FlowLogsLocalReporter flowLogsLocalReporter Disabled
      FlowLogsPolicyEvaluationMode flowLogsPolicyEvaluationMode Continuous
      AWSSrcDstCheck awsSrcDstCheck DoNothing
      DebugBPFCgroupV2 -
      DebugCPUProfilePath - /tmp/felix-cpu-<timestamp>.pprof
      DebugDisableLogDropping debugDisableLogDropping false
      DebugHost debugHost localhost
      DebugMemoryProfilePath debugMemoryProfilePath
      DebugPanicAfter - seconds:0
      DebugPort debugPort
      DebugSimulateCalcGraphHangAfter debugSimulateCalcGraphHangAfter seconds:0
      DebugSimulateDataRace - false
      DebugSimulateDataplaneApplyDelay debugSimulateDataplaneApplyDelay seconds:0
      DebugSimulateDataplaneHangAfter debugSimulateDataplaneHangAfter seconds:0
      UsageReportingEnabled usageReportingEnabled true
      UsageReportingInitialDelaySecs usageReportingInitialDelay seconds:300
      UsageReportingIntervalSecs usageReportingInterval seconds:86400
      """;

  static final List<Other> ALL = TABLE.lines().map(Other::read).toList();

  private OtherParameters() {}

  /// @param fallback as text; empty for none; `seconds:` before a duration, and before others that
  ///     ask for what is done anyway
  record Other(String name, String field, String fallback) {

    private static Other read(String line) {
      List<String> cells = List.of(line.split(" ", 3));
      return new Other(cells.get(0), cells.get(1), cells.size() > 2 ? cells.get(2) : "");
    }

    boolean isDefault(String text, ParameterType.Form form) {
      if (!fallback.startsWith("seconds:")) {
        return text.equalsIgnoreCase(fallback);
      }
      try {
        Duration given = DurationText.read(text, form);
        return Stream.of(fallback.substring("seconds:".length()).split(",", -1))
            .map(seconds -> DurationText.read(seconds, ParameterType.Form.ENVIRONMENT))
            .anyMatch(given::equals);
      } catch (IllegalArgumentException _) {
        return false;
      }
    }
  }
}
