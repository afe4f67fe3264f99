// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.input;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.ClientException;
import java.util.Optional;

/// Which namespace is meant, by what the document says and what the flags say.
///
/// @param flag of `-n`; empty when not given
/// @param isAll whether `-A` is given
/// @param ofContext of the kubeconfig, for kubectl's users, who get what is in it where nobody says
///     anything, and may name a namespace for what has none
public record NamespaceRules(String flag, boolean isAll, Optional<String> ofContext) {

  private static final String DEFAULT = "default";

  /// calicoctl's, for a file and `-n`.
  public static NamespaceRules of(String flag) {
    return new NamespaceRules(flag, false, Optional.empty());
  }

  /// @param document what the resource itself says, or empty
  /// @return empty for all namespaces, and for a kind that has none
  /// @throws ClientException if they contradict each other
  public String resolve(ResourceKind kind, String document) {
    return kind.isNamespaced() ? namespaced(document) : clusterWide(kind, document);
  }

  private String namespaced(String document) {
    if (isAll && !flag.isEmpty()) {
      throw new ClientException(
          "cannot use both --namespace and --all-namespaces flags at the same time");
    }
    if (isAll) {
      return "";
    }
    if (flag.isEmpty()) {
      return document.isEmpty() ? ofContext.orElse(DEFAULT) : document;
    }
    if (document.isEmpty() || document.equals(flag)) {
      return flag;
    }
    throw new ClientException(
        "resource namespace does not match client namespace. %s != %s".formatted(document, flag));
  }

  private String clusterWide(ResourceKind kind, String document) {
    if (!document.isEmpty()) {
      throw new ClientException(
          "namespace should not be specified for a non-namespaced resource. %s is not a namespaced"
                  .formatted(kind)
              + " resource");
    }
    if (ofContext.isEmpty() && (isAll || !flag.isEmpty())) {
      throw new ClientException(kind + " is not namespaced");
    }
    return "";
  }
}
