// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import java.util.Optional;

/// Certificates and keys.
///
/// @param authority who signed the server's certificate; absent for those the machine trusts
/// @param identity absent where the server asks for none
public record Tls(Optional<Pem> authority, Optional<Identity> identity) {

  public static final Tls NONE = new Tls(Optional.empty(), Optional.empty());

  /// What a client shows.
  public record Identity(Pem certificate, Pem key) {}

  /// With what is in the files now in their place.
  ///
  /// @throws IllegalArgumentException if one of them cannot be read
  Tls read() {
    return new Tls(authority.map(Tls::read), identity.map(Tls::read));
  }

  private static Identity read(Identity identity) {
    return new Identity(read(identity.certificate()), read(identity.key()));
  }

  private static Pem read(Pem pem) {
    return new Pem.Given(pem.text());
  }
}
