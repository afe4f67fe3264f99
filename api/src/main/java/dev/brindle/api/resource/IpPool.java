// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.resource;

import dev.brindle.api.net.Cidr;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Where pod addresses come from.
///
/// @param status written by controllers (`conditions`: whether addresses can be taken from it, and
///     why not), kept as it is
public record IpPool(Metadata metadata, Spec spec, Map<String, Object> status) implements Resource {

  /// The condition that says whether addresses can be taken from it.
  public static final String ALLOCATABLE = "Allocatable";

  public IpPool {
    status = Absent.asEmpty(status);
  }

  /// One of which nobody has said how it is.
  public IpPool(Metadata metadata, Spec spec) {
    this(metadata, spec, Map.of());
  }

  /// Whether addresses may be taken from it: it is neither disabled, nor being removed, nor one of
  /// which Calico's controllers say no.
  public boolean isAllocatable() {
    return !spec.disabled() && !metadata.isLeaving() && !isRefused();
  }

  private boolean isRefused() {
    return status.get("conditions") instanceof Collection<?> conditions
        && conditions.stream()
            .anyMatch(
                each ->
                    each instanceof Map<?, ?> condition
                        && ALLOCATABLE.equals(condition.get("type"))
                        && "False".equals(condition.get("status")));
  }

  @Override
  public IpPool withMetadata(Metadata changed) {
    return new IpPool(changed, spec, status);
  }

  /// @param blockSize prefix length of a block; 0 stands for the default, 26 or 122
  /// @param nodeSelector which nodes may take blocks
  /// @param namespaceSelector empty for any namespace
  public record Spec(
      Cidr cidr,
      EncapsulationMode ipipMode,
      EncapsulationMode vxlanMode,
      boolean natOutgoing,
      boolean disabled,
      boolean disableBGPExport,
      int blockSize,
      String nodeSelector,
      String namespaceSelector,
      List<AllowedUse> allowedUses,
      AssignmentMode assignmentMode) {

    private static final int DEFAULT_BLOCK_SIZE_V4 = 26;
    private static final int DEFAULT_BLOCK_SIZE_V6 = 122;

    /// Fills in Calico's defaults for what is absent.
    public Spec {
      cidr = Absent.required(cidr, "cidr");
      ipipMode = Absent.or(ipipMode, EncapsulationMode.NEVER);
      vxlanMode = Absent.or(vxlanMode, EncapsulationMode.NEVER);
      if (blockSize == 0) {
        blockSize = cidr.address().isIpv4() ? DEFAULT_BLOCK_SIZE_V4 : DEFAULT_BLOCK_SIZE_V6;
      }
      nodeSelector = Absent.asEmpty(nodeSelector).isEmpty() ? "all()" : nodeSelector;
      namespaceSelector = Absent.asEmpty(namespaceSelector);
      allowedUses = Absent.asEmpty(allowedUses);
      if (allowedUses.isEmpty()) {
        allowedUses = List.of(AllowedUse.WORKLOAD, AllowedUse.TUNNEL);
      }
      assignmentMode = Absent.or(assignmentMode, AssignmentMode.AUTOMATIC);
    }

    /// With defaults for all but the CIDR.
    public static Spec of(Cidr cidr) {
      return new Spec(
          cidr,
          EncapsulationMode.NEVER,
          EncapsulationMode.NEVER,
          false,
          false,
          false,
          0,
          "",
          "",
          List.of(),
          AssignmentMode.AUTOMATIC);
    }
  }

  /// What the addresses of a pool may be used for.
  public enum AllowedUse {
    WORKLOAD("Workload"),
    TUNNEL("Tunnel"),
    LOAD_BALANCER("LoadBalancer");

    private final String text;

    AllowedUse(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /// Whether addresses are given out without being asked for by pool.
  public enum AssignmentMode {
    AUTOMATIC("Automatic"),
    MANUAL("Manual");

    private final String text;

    AssignmentMode(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
