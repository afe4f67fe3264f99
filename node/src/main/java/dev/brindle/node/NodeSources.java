// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.datastore.KubernetesNodes;
import dev.brindle.node.address.Autodetection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Who is asked for the node's address besides its interfaces: its routes, and Kubernetes.
///
/// @param kubernetes empty if none is known
/// @param name of the node there
public record NodeSources(Optional<KubernetesNodes> kubernetes, String name)
    implements Autodetection.Elsewhere {

  @Override
  public Optional<IpAddress> sourceTowards(String host, IpFamily family) {
    return HostFacts.sourceTowards(host, family);
  }

  @Override
  public List<IpAddress> internalAddresses() {
    KubernetesNodes nodes =
        kubernetes.orElseThrow(
            () ->
                nothing(
                    "no Kubernetes is known: set DATASTORE_TYPE=kubernetes, or beside etcd KUBECONFIG"
                        + " or K8S_API_ENDPOINT",
                    null));
    try {
      return nodes
          .internalAddresses(name)
          .orElseThrow(
              () ->
                  nothing(
                      "Kubernetes has no node '%s': set NODENAME or %s to the name it has there"
                          .formatted(name, ServiceWatch.NODE),
                      null));
    } catch (DatastoreException e) {
      throw nothing(String.valueOf(e.getMessage()), e);
    }
  }

  private static UncheckedIOException nothing(String why, @Nullable Exception cause) {
    return new UncheckedIOException(new IOException(why, cause));
  }
}
