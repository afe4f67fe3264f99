// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

import dev.brindle.api.resource.KubernetesEndpointSlice;

/// A service of Kubernetes.
public record ServiceName(String namespace, String name) {

  /// Whose endpoints these are.
  public static ServiceName of(KubernetesEndpointSlice slice) {
    return new ServiceName(slice.metadata().namespace(), slice.spec().service());
  }

  /// `namespace/name`.
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
