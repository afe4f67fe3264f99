// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.connect;

import dev.brindle.datastore.etcd.EtcdSettings;
import dev.brindle.datastore.etcd.Pem;
import dev.brindle.datastore.etcd.Tls;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The fields that say how to reach etcd.
final class EtcdFields {

  private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]*)");

  private final Map<StoreField, String> fields;

  private EtcdFields(Map<StoreField, String> fields) {
    this.fields = fields;
  }

  /// @throws IllegalArgumentException naming the field, what it holds and what was expected
  static DatastoreSettings read(Map<StoreField, String> fields) {
    var reader = new EtcdFields(fields);
    Optional<String> domain = reader.get(StoreField.ETCD_DISCOVERY_SRV);
    if (domain.isPresent()) {
      if (reader.get(StoreField.ETCD_ENDPOINTS).isPresent()) {
        throw new IllegalArgumentException(
            "both etcdEndpoints and etcdDiscoverySrv are set: expected one of them");
      }
      return new DatastoreSettings.EtcdByDns(reader.domain(), reader.login(), reader.tls());
    }
    return new DatastoreSettings.Etcd(
        new EtcdSettings(EtcdSettings.endpoints(reader.endpoints()), reader.login(), reader.tls()));
  }

  private Optional<String> get(StoreField field) {
    return Optional.ofNullable(fields.get(field));
  }

  private String domain() {
    String domain = get(StoreField.ETCD_DISCOVERY_SRV).orElseThrow();
    if (!DOMAIN.matcher(domain).matches()) {
      throw new IllegalArgumentException(
          "etcdDiscoverySrv (ETCD_DISCOVERY_SRV) is '%s': expected a domain such as example.com"
              .formatted(domain));
    }
    return domain;
  }

  private String endpoints() {
    return get(StoreField.ETCD_ENDPOINTS)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "etcdEndpoints (ETCD_ENDPOINTS) is not set:"
                        + " expected URLs such as https://10.0.0.1:2379"));
  }

  private Optional<EtcdSettings.Login> login() {
    Optional<String> user = get(StoreField.ETCD_USERNAME);
    Optional<String> password = get(StoreField.ETCD_PASSWORD);
    if (user.isPresent() != password.isPresent()) {
      throw new IllegalArgumentException(
          "%s is set without %s: expected both, or none"
              .formatted(
                  user.isPresent() ? "etcdUsername" : "etcdPassword",
                  user.isPresent() ? "etcdPassword" : "etcdUsername"));
    }
    return user.map(name -> new EtcdSettings.Login(name, password.orElseThrow()));
  }

  private Tls tls() {
    Optional<Pem> authority = pem(StoreField.ETCD_CA_CERT, StoreField.ETCD_CA_CERT_FILE);
    Optional<Pem> certificate = pem(StoreField.ETCD_CERT, StoreField.ETCD_CERT_FILE);
    Optional<Pem> key = pem(StoreField.ETCD_KEY, StoreField.ETCD_KEY_FILE);
    if (certificate.isPresent() != key.isPresent()) {
      throw new IllegalArgumentException(
          "an etcd %s is set without its %s: expected both, or none"
              .formatted(
                  certificate.isPresent() ? "certificate" : "key",
                  certificate.isPresent() ? "key" : "certificate"));
    }
    return new Tls(authority, certificate.map(shown -> new Tls.Identity(shown, key.orElseThrow())));
  }

  /// A file is read anew for each connection, and once now, so that a wrong one is known at once.
  private Optional<Pem> pem(StoreField inline, StoreField file) {
    Optional<String> text = get(inline);
    Optional<String> place = get(file);
    if (text.isPresent() && place.isPresent()) {
      throw new IllegalArgumentException(
          "both %s and %s are set: expected one of them".formatted(inline.field(), file.field()));
    }
    Optional<Pem> there = place.map(path -> new Pem.InFile(file.field(), Path.of(path)));
    there.ifPresent(Pem::text);
    return text.<Pem>map(Pem.Given::new).or(() -> there);
  }
}
