// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Settings of the controllers, of which a cluster has one; there is one, `default`.
///
/// @param status written by the controllers, kept as it is
public record KubeControllersConfiguration(Metadata metadata, Spec spec, Map<String, Object> status)
    implements Resource {

  public KubeControllersConfiguration {
    spec = Absent.or(spec, Spec.EMPTY);
    status = Absent.asEmpty(status);
  }

  @Override
  public KubeControllersConfiguration withMetadata(Metadata changed) {
    return new KubeControllersConfiguration(changed, spec, status);
  }

  /// @param etcdV3CompactionPeriod a duration; empty for ten minutes
  public record Spec(
      String logSeverityScreen,
      String healthChecks,
      String etcdV3CompactionPeriod,
      Optional<Integer> prometheusMetricsPort,
      Controllers controllers,
      Optional<Integer> debugProfilePort) {

    static final Spec EMPTY =
        new Spec("", "", "", Optional.empty(), Controllers.NONE, Optional.empty());

    public Spec {
      logSeverityScreen = Absent.asEmpty(logSeverityScreen);
      healthChecks = Absent.asEmpty(healthChecks);
      etcdV3CompactionPeriod = Absent.asEmpty(etcdV3CompactionPeriod);
      prometheusMetricsPort = Absent.asEmpty(prometheusMetricsPort);
      controllers = Absent.or(controllers, Controllers.NONE);
      debugProfilePort = Absent.asEmpty(debugProfilePort);
    }
  }

  /// One that is absent does not run.
  public record Controllers(
      Optional<NodeController> node,
      Optional<Reconciler> policy,
      Optional<Reconciler> workloadEndpoint,
      Optional<Reconciler> serviceAccount,
      Optional<Reconciler> namespace,
      Optional<LoadBalancer> loadBalancer,
      Optional<Migration> migration) {

    static final Controllers NONE =
        new Controllers(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public Controllers {
      node = Absent.asEmpty(node);
      policy = Absent.asEmpty(policy);
      workloadEndpoint = Absent.asEmpty(workloadEndpoint);
      serviceAccount = Absent.asEmpty(serviceAccount);
      namespace = Absent.asEmpty(namespace);
      loadBalancer = Absent.asEmpty(loadBalancer);
      migration = Absent.asEmpty(migration);
    }
  }

  /// @param reconcilerPeriod a duration; empty for five minutes
  /// @param leakGracePeriod a duration: how long an address may seem to be lost; empty for 15 min
  public record NodeController(
      String reconcilerPeriod,
      String syncLabels,
      Optional<HostEndpoints> hostEndpoint,
      String leakGracePeriod) {

    public NodeController {
      reconcilerPeriod = Absent.asEmpty(reconcilerPeriod);
      syncLabels = Absent.asEmpty(syncLabels);
      hostEndpoint = Absent.asEmpty(hostEndpoint);
      leakGracePeriod = Absent.asEmpty(leakGracePeriod);
    }
  }

  /// Which host endpoints are made without being asked for.
  public record HostEndpoints(
      String autoCreate, String createDefaultHostEndpoint, List<Template> templates) {

    public HostEndpoints {
      autoCreate = Absent.asEmpty(autoCreate);
      createDefaultHostEndpoint = Absent.asEmpty(createDefaultHostEndpoint);
      templates = Absent.asEmpty(templates);
    }
  }

  /// @param generateName part of the name of what is made
  /// @param interfacePattern regular expression for names of interfaces
  public record Template(
      String generateName,
      List<String> interfaceCIDRs,
      String interfacePattern,
      Map<String, String> labels,
      Map<String, String> annotations,
      String nodeSelector) {

    public Template {
      generateName = Absent.asEmpty(generateName);
      interfaceCIDRs = Absent.asEmpty(interfaceCIDRs);
      interfacePattern = Absent.asEmpty(interfacePattern);
      labels = Absent.asEmpty(labels);
      annotations = Absent.asEmpty(annotations);
      nodeSelector = Absent.asEmpty(nodeSelector);
    }
  }

  /// @param reconcilerPeriod a duration; empty for five minutes
  public record Reconciler(String reconcilerPeriod) {

    public Reconciler {
      reconcilerPeriod = Absent.asEmpty(reconcilerPeriod);
    }
  }

  /// @param assignIPs AllServices or RequestedServicesOnly
  public record LoadBalancer(String assignIPs) {

    public LoadBalancer {
      assignIPs = Absent.asEmpty(assignIPs);
    }
  }

  /// @param policyNameMigrator Enabled or Disabled
  public record Migration(String policyNameMigrator) {

    public Migration {
      policyNameMigrator = Absent.asEmpty(policyNameMigrator);
    }
  }
}
