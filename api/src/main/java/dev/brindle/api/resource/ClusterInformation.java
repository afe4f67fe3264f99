// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import java.util.Optional;

/// What is known of the cluster as a whole; there is one, `default`.
public record ClusterInformation(Metadata metadata, Spec spec) implements Resource {

  public static final String DEFAULT = "default";

  public ClusterInformation {
    spec = Absent.or(spec, new Spec("", "", "", Optional.empty(), ""));
  }

  @Override
  public ClusterInformation withMetadata(Metadata changed) {
    return new ClusterInformation(changed, spec);
  }

  /// @param clusterGUID 32 hexadecimal digits
  /// @param datastoreReady false while the store is locked
  public record Spec(
      String clusterGUID,
      String clusterType,
      String calicoVersion,
      Optional<Boolean> datastoreReady,
      String variant) {

    public Spec {
      clusterGUID = Absent.asEmpty(clusterGUID);
      clusterType = Absent.asEmpty(clusterType);
      calicoVersion = Absent.asEmpty(calicoVersion);
      datastoreReady = Absent.asEmpty(datastoreReady);
      variant = Absent.asEmpty(variant);
    }
  }
}
