// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.etcd;

import dev.brindle.datastore.DatastoreException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Hashtable;
import java.util.List;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.OperationNotSupportedException;
import javax.naming.directory.Attribute;
import javax.naming.directory.Attributes;
import javax.naming.directory.InitialDirContext;

/// Finds the members of a cluster by DNS, as etcd's own client does: SRV records of
/// `_etcd-client-ssl._tcp.DOMAIN`, and those of `_etcd-client._tcp.DOMAIN` where there are none.
public final class EtcdDiscovery {

  /// The machine's own (`/etc/resolv.conf`).
  private static final String RESOLVERS = "dns:";

  private static final String TIMEOUT_MILLIS = "1000";
  private static final String TRIES = "3";
  private static final String RECORD = "SRV";

  private final String domain;
  private final String resolvers;

  EtcdDiscovery(String domain, String resolvers) {
    this.domain = domain;
    this.resolvers = resolvers;
  }

  /// @throws DatastoreException if DNS does not answer, or knows of none
  public static List<URI> endpoints(String domain) {
    return new EtcdDiscovery(domain, RESOLVERS).endpoints();
  }

  List<URI> endpoints() {
    List<URI> endpoints = ask("https", "_etcd-client-ssl._tcp." + domain);
    if (endpoints.isEmpty()) {
      endpoints = ask("http", "_etcd-client._tcp." + domain);
    }
    if (endpoints.isEmpty()) {
      throw new DatastoreException(
          ("etcdDiscoverySrv (ETCD_DISCOVERY_SRV) is '%1$s': expected SRV records of"
                  + " _etcd-client-ssl._tcp.%1$s or _etcd-client._tcp.%1$s, DNS has neither")
              .formatted(domain));
    }
    return endpoints;
  }

  private record Target(int priority, int weight, String host, int port) {

    /// `0 100 2379 etcd-1.example.com.`
    static Target read(String text) {
      String[] words = text.split(" ", -1);
      String host = words[3];
      return new Target(
          Integer.parseInt(words[0]),
          Integer.parseInt(words[1]),
          host.endsWith(".") ? host.substring(0, host.length() - 1) : host,
          Integer.parseInt(words[2]));
    }
  }

  private List<URI> ask(String scheme, String name) {
    List<Target> targets = new ArrayList<>();
    try {
      Attribute records = attributes(name).get(RECORD);
      for (int i = 0; records != null && i < records.size(); i++) {
        targets.add(Target.read(String.valueOf(records.get(i))));
      }
    } catch (NameNotFoundException | OperationNotSupportedException _) {
      return List.of(); // not there, or refused: so say servers that know of no other domain
    } catch (NamingException e) {
      throw new DatastoreException(
          "etcdDiscoverySrv (ETCD_DISCOVERY_SRV) is '%s': DNS does not say where %s is: %s"
              .formatted(domain, name, EtcdFault.rootMessage(e)),
          e);
    }
    // RFC 2782: the least priority first; among equals the greatest weight is asked most
    return targets.stream()
        .sorted(
            Comparator.comparingInt(Target::priority)
                .thenComparing(Comparator.comparingInt(Target::weight).reversed()))
        .map(target -> URI.create("%s://%s:%d".formatted(scheme, target.host(), target.port())))
        .toList();
  }

  @SuppressWarnings({
    "BanJNDI",
    "JdkObsolete"
  }) // DNS only, which carries no objects; JNDI's own type
  private Attributes attributes(String name) throws NamingException {
    Hashtable<String, String> environment = new Hashtable<>();
    environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
    environment.put(Context.PROVIDER_URL, resolvers);
    environment.put("com.sun.jndi.dns.timeout.initial", TIMEOUT_MILLIS);
    environment.put("com.sun.jndi.dns.timeout.retries", TRIES);
    var context = new InitialDirContext(environment);
    try {
      return context.getAttributes(name, new String[] {RECORD});
    } finally {
      context.close();
    }
  }
}
