// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Optional;

/// A pod or virtual machine on its way from one host to another. Orchestrators write it, and nodes
/// read it; people do neither.
public record LiveMigration(Metadata metadata, Spec spec) implements Resource {

  /// What Kubernetes is called as an orchestrator.
  public static final String KUBERNETES = "k8s";

  public LiveMigration {
    spec = Absent.or(spec, Spec.EMPTY);
  }

  @Override
  public LiveMigration withMetadata(Metadata changed) {
    return new LiveMigration(changed, spec);
  }

  /// @param source absent while the orchestrator has not said what moves
  public record Spec(Optional<Source> source, Optional<Target> target) {

    static final Spec EMPTY = new Spec(Optional.empty(), Optional.empty());

    public Spec {
      source = Absent.asEmpty(source);
      target = Absent.asEmpty(target);
    }
  }

  /// What moves: one of the two. Calico refuses neither both nor none.
  ///
  /// @param workload with all its interfaces
  /// @param workloadEndpoint one interface
  public record Source(Optional<Workload> workload, Optional<Endpoint> workloadEndpoint) {

    public Source {
      workload = Absent.asEmpty(workload);
      workloadEndpoint = Absent.asEmpty(workloadEndpoint);
    }
  }

  /// What it becomes: one of the two, as in `Source`.
  ///
  /// @param selector of the endpoints of what is made for it
  /// @param workloadEndpoint one interface
  public record Target(Optional<String> selector, Optional<Endpoint> workloadEndpoint) {

    public Target {
      selector = Absent.asEmpty(selector);
      workloadEndpoint = Absent.asEmpty(workloadEndpoint);
    }
  }

  /// A pod or virtual machine.
  ///
  /// @param hostname counts only where workloads of two hosts may have one name, which pods have
  ///     not
  /// @param orchestratorID who made it, `k8s` or `openstack`
  /// @param workloadID `NAMESPACE/NAME`
  public record Workload(String hostname, String orchestratorID, String workloadID) {

    public Workload {
      hostname = Absent.asEmpty(hostname);
      orchestratorID = Absent.asEmpty(orchestratorID);
      workloadID = Absent.asEmpty(workloadID);
    }
  }

  /// One interface of a `Workload`.
  public record Endpoint(
      String hostname, String orchestratorID, String workloadID, String endpointID) {

    public Endpoint {
      hostname = Absent.asEmpty(hostname);
      orchestratorID = Absent.asEmpty(orchestratorID);
      workloadID = Absent.asEmpty(workloadID);
      endpointID = Absent.asEmpty(endpointID);
    }
  }
}
