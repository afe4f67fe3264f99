// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.rib.NextHopMode;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerTiming;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// `SpeakerFile` understood: what the speaker should be. Every refusal names the field.
final class SpeakerPlan {

  private static final Duration DEFERRAL = Duration.ofSeconds(30);
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");
  private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]+)](?::([0-9]{1,5}))?");
  private static final Pattern IPV4_AND_PORT = Pattern.compile("([0-9.]+)(?::([0-9]{1,5}))?");
  private static final int MAX_NEIGHBORS = 100_000;

  private SpeakerPlan() {}

  /// @throws SpeakerFileException naming the field
  static SpeakerConfig of(SpeakerFile file) {
    AsNumber as = required("asn", file.asn(), AsNumber::parse);
    IpAddress routerId = required("routerId", file.routerId(), IpAddress::parse);
    if (!routerId.isIpv4() || routerId.isUnspecified()) {
      throw SpeakerFileException.at(
          "routerId", "'%s' is not an IPv4 address other than 0.0.0.0".formatted(routerId));
    }
    refuseIfGiven("filters", file.filters());
    return new SpeakerConfig(
        as,
        routerId,
        Optional.ofNullable(file.clusterId())
            .map(text -> parsed("clusterId", text, IpAddress::parse)),
        listen(file.listen()),
        List.of(),
        neighbors(as, orEmpty(file.neighbors())),
        announce(orEmpty(file.announce())),
        new AcceptAll(),
        new AcceptAll(),
        DEFERRAL);
  }

  private static List<ListenAddress> listen(@Nullable List<String> texts) {
    if (texts == null) {
      return List.of(new ListenAddress(IpAddress.parse("::"), ListenAddress.BGP_PORT));
    }
    List<ListenAddress> all = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      all.add(parsed("listen[%d]".formatted(i), texts.get(i), SpeakerPlan::listenAddress));
    }
    return all;
  }

  private static ListenAddress listenAddress(String text) {
    Matcher bracketed = BRACKETED.matcher(text);
    Matcher dotted = IPV4_AND_PORT.matcher(text);
    Matcher found = bracketed.matches() ? bracketed : dotted;
    if (!bracketed.matches() && !dotted.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not like 192.0.2.1:179 or [2001:db8::1]:179".formatted(text));
    }
    String port = found.group(2);
    return new ListenAddress(
        IpAddress.parse(found.group(1)),
        port == null ? ListenAddress.BGP_PORT : Integer.parseInt(port));
  }

  private static Set<Cidr> announce(List<String> texts) {
    Set<Cidr> all = new LinkedHashSet<>();
    for (int i = 0; i < texts.size(); i++) {
      all.add(parsed("announce[%d]".formatted(i), texts.get(i), Cidr::parse));
    }
    return all;
  }

  private static List<PeerConfig> neighbors(AsNumber as, List<SpeakerFile.Neighbor> neighbors) {
    if (neighbors.size() > MAX_NEIGHBORS) {
      throw SpeakerFileException.at(
          "neighbors", "%d are more than %d".formatted(neighbors.size(), MAX_NEIGHBORS));
    }
    List<PeerConfig> peers = new ArrayList<>();
    for (int i = 0; i < neighbors.size(); i++) {
      peers.add(neighbor("neighbors[%d]".formatted(i), as, neighbors.get(i)));
    }
    return peers;
  }

  private static PeerConfig neighbor(String field, AsNumber as, SpeakerFile.Neighbor neighbor) {
    refuseIfGiven(field + ".range", neighbor.range());
    refuseIfGiven(field + ".interface", neighbor.interfaceName());
    refuseIfGiven(field + ".password", neighbor.password());
    refuseIfGiven(field + ".bfd", neighbor.bfd());
    refuseIfGiven(field + ".addPath", neighbor.addPath());
    if (Boolean.TRUE.equals(neighbor.routeServerClient())) {
      refuseIfGiven(field + ".routeServerClient", true);
    }
    IpAddress address = required(field + ".address", neighbor.address(), IpAddress::parse);
    AsNumber peerAs = required(field + ".asn", neighbor.asn(), text -> peerAs(text, as));
    PeerConfig peer =
        PeerConfig.of(
                "Peer_" + address.toString().replace('.', '_').replace(':', '_'),
                PeerType.NODE,
                address,
                as,
                peerAs)
            .withPassive(Boolean.TRUE.equals(neighbor.passive()))
            .withRouting(routing(field, address, neighbor))
            .withTiming(timing(field, neighbor));
    Integer port = neighbor.port();
    return port == null ? peer : checked(field + ".port", () -> peer.withPort(port));
  }

  private static AsNumber peerAs(String text, AsNumber ours) {
    return switch (text) {
      case "internal" -> ours;
      case "external" ->
          throw new IllegalArgumentException(
              "'external' is not in this version; give the number of the AS");
      default -> AsNumber.parse(text);
    };
  }

  private static PeerRouting routing(
      String field, IpAddress address, SpeakerFile.Neighbor neighbor) {
    List<Family> families = new ArrayList<>();
    for (String text : orEmpty(neighbor.families())) {
      families.add(parsed(field + ".families", text, SpeakerPlan::family));
    }
    if (families.isEmpty()) {
      families.add(Family.of(address.family()));
    }
    return PeerRouting.of(families.toArray(Family[]::new))
        .withImports(accepts(field + ".import", neighbor.importFilter()))
        .withExports(accepts(field + ".export", neighbor.exportFilter()))
        .withReflectorClient(Boolean.TRUE.equals(neighbor.routeReflectorClient()))
        .withNextHop(
            Boolean.TRUE.equals(neighbor.nextHopSelf()) ? NextHopMode.SELF : NextHopMode.AUTO);
  }

  private static Family family(String text) {
    for (Family family : Family.values()) {
      if (family.toString().equals(text)) {
        return family;
      }
    }
    throw new IllegalArgumentException(
        "'%s' is not one of %s".formatted(text, List.of(Family.values())));
  }

  private static PeerTiming timing(String field, SpeakerFile.Neighbor neighbor) {
    PeerTiming timing = PeerTiming.CALICO;
    String hold = neighbor.holdTime();
    if (hold != null) {
      PeerTiming before = timing;
      timing =
          checked(
              field + ".holdTime",
              () -> before.withHoldTime(parsed(field + ".holdTime", hold, SpeakerPlan::duration)));
    }
    if (neighbor.gracefulRestart() != null) {
      String time = Objects.toString(neighbor.gracefulRestart().get("time"), "120s");
      PeerTiming before = timing;
      String name = field + ".gracefulRestart.time";
      timing = checked(name, () -> before.withRestart(parsed(name, time, SpeakerPlan::duration)));
    }
    return timing;
  }

  private static Duration duration(String text) {
    Matcher found = DURATION.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException("'%s' is not a duration such as 90s".formatted(text));
    }
    long amount = Long.parseLong(found.group(1));
    return switch (found.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  /// What is not said is accepted.
  private static boolean accepts(String field, @Nullable String filter) {
    return switch (filter) {
      case null -> true;
      case "accept" -> true;
      case "reject" -> false;
      default ->
          throw SpeakerFileException.at(
              field, "'%s' is not in this version, only accept and reject".formatted(filter));
    };
  }

  private static void refuseIfGiven(String field, @Nullable Object value) {
    if (value != null) {
      throw SpeakerFileException.at(field, "is not in this version; leave it out");
    }
  }

  private static <T> T required(String field, @Nullable String text, Function<String, T> parser) {
    if (text == null) {
      throw SpeakerFileException.at(field, "is missing");
    }
    return parsed(field, text, parser);
  }

  private static <T> T parsed(String field, String text, Function<String, T> parser) {
    return checked(field, () -> parser.apply(text));
  }

  private static <T> T checked(String field, java.util.function.Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw SpeakerFileException.at(field, String.valueOf(e.getMessage()));
    }
  }

  private static <T> List<T> orEmpty(@Nullable List<T> list) {
    return list == null ? List.of() : list;
  }
}
