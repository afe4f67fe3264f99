// SPDX-License-Identifier: Apache-2.0
package dev.brindle.policy.set;

/// Which set of addresses a rule refers to; made from the selector, so equal selectors share a set.
///
/// @param id `s:` and a hash for a selector, `n:` for a selector with a named port, `svc:` for the
///     endpoints and ports of a service, `svcnoport:` for its endpoints
public record IpSetName(String id) implements Comparable<IpSetName> {

  /// Whether members are address, protocol and port rather than prefixes.
  public boolean hasPorts() {
    return id.startsWith("n:") || id.startsWith("svc:");
  }

  @Override
  public int compareTo(IpSetName other) {
    return id.compareTo(other.id);
  }

  @Override
  public String toString() {
    return id;
  }
}
