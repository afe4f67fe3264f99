// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes.layout;

import dev.brindle.api.resource.ResourceKind;
import java.util.Arrays;
import java.util.Optional;

/// As what Calico's own resources are in the API.
public enum CalicoGroup {
  /// Custom resources that hold the metadata people gave in an annotation.
  CRD("crd.projectcalico.org", "v1"),
  /// Custom resources that are what people write.
  NATIVE("projectcalico.org", "v3");

  private final String group;
  private final String version;

  CalicoGroup(String group, String version) {
    this.group = group;
    this.version = version;
  }

  public String group() {
    return group;
  }

  /// Of `crd.projectcalico.org/v1`.
  public static Optional<CalicoGroup> named(String text) {
    return Arrays.stream(values()).filter(each -> each.toString().equals(text)).findFirst();
  }

  String kindName(ResourceKind kind) {
    return isOldIpamConfig(kind) ? "IPAMConfig" : kind.kindName();
  }

  ApiResource resource(ResourceKind kind) {
    String plural = isOldIpamConfig(kind) ? "ipamconfigs" : kind.plural();
    return new ApiResource(group, version, plural, kind.isNamespaced());
  }

  private boolean isOldIpamConfig(ResourceKind kind) {
    return this == CRD && kind == ResourceKind.IPAM_CONFIG;
  }

  /// `crd.projectcalico.org/v1`.
  @Override
  public String toString() {
    return group + "/" + version;
  }
}
