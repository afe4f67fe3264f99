// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.filter.RuleFilter;
import dev.brindle.bird.mrt.MrtSettings;
import dev.brindle.bird.rib.MartianPrefix;
import dev.brindle.bird.rpki.RpkiSettings;
import dev.brindle.bird.topology.Confederation;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.node.bgp.FibSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `speaker.yaml` understood: what the speaker should be. Every refusal names line and field.
///
/// @param filters by name, also those that no neighbour uses
/// @param open external neighbours of which nothing is said, in a direction at least
/// @param isPolicyRequired they are told or believed nothing, rather than all
/// @param kernel where routes go in the kernel, if they do
/// @param confederation that we are in, if we are in one
/// @param missing secrets that are named and not to be had, with line and field
/// @param text of the file, for who has to come back to it
record SpeakerPlan(
    SpeakerConfig config,
    Map<String, RuleFilter> filters,
    List<String> open,
    boolean isPolicyRequired,
    Optional<FibSettings> kernel,
    Optional<Confederation> confederation,
    List<String> missing,
    String text) {

  private static final Duration DEFERRAL = Duration.ofSeconds(30);
  private static final Pattern BRACKETED = Pattern.compile("\\[([^\\]]+)](?::([0-9]{1,5}))?");
  private static final Pattern IPV4_AND_PORT = Pattern.compile("([0-9.]+)(?::([0-9]{1,5}))?");
  private static final int NAMED = 5;
  private static final int MAX_LISTEN = 1_000;
  private static final int MAX_ANNOUNCED = 1_000_000;
  private static final Set<String> KNOWN =
      Set.of(
          "asn",
          "routerId",
          "listen",
          "kernel",
          "clusterId",
          "confederation",
          "announce",
          "filters",
          "multipath",
          "preferOlder",
          "neighbors",
          "requirePolicy",
          "rpki",
          "bmp",
          "mrt");

  SpeakerPlan {
    filters = Map.copyOf(filters);
    open = List.copyOf(open);
    missing = List.copyOf(missing);
  }

  /// @throws SpeakerFileException naming line and field
  static SpeakerPlan of(Field file, PasswordSource passwords) {
    file.entries(KNOWN);
    AsNumber as = file.get("asn").read(AsFields::number);
    Map<String, RuleFilter> filters =
        file.find("filters").map(new FilterFields(as)::filters).orElse(Map.of());
    boolean isPolicyRequired = file.flag("requirePolicy");
    Optional<Confederation> confederation =
        file.find("confederation").map(it -> ConfederationFields.read(it, as));
    NamedSecrets secrets = new NamedSecrets(passwords);
    NeighborFields neighbors =
        new NeighborFields(as, confederation, isPolicyRequired, filters, secrets);
    SpeakerConfig config =
        new SpeakerConfig(
                as,
                file.get("routerId").read(SpeakerPlan::identifier),
                file.find("clusterId").map(it -> it.read(SpeakerPlan::identifier)),
                listen(file),
                List.of(),
                file.find("neighbors").map(neighbors::peers).orElse(List.of()),
                announce(file),
                new AcceptAll(),
                new AcceptAll(),
                DEFERRAL)
            .withMultipath(
                file.find("multipath")
                    .map(it -> (int) it.number(1, SpeakerConfig.MAX_MULTIPATH))
                    .orElse(SpeakerConfig.MAX_MULTIPATH))
            .withPreferOlder(file.flag("preferOlder"))
            .withRanges(neighbors.ranges())
            .withRpki(file.find("rpki").map(RpkiFields::settings).orElse(RpkiSettings.NONE))
            .withBmp(file.find("bmp").map(BmpFields::targets).orElse(List.of()))
            .withMrt(file.find("mrt").map(MrtFields::settings).orElse(MrtSettings.NONE));
    return new SpeakerPlan(
        config,
        filters,
        neighbors.open(),
        isPolicyRequired,
        KernelFields.of(file.find("kernel")),
        confederation,
        secrets.missing(),
        "");
  }

  SpeakerPlan withText(String text) {
    return new SpeakerPlan(
        config, filters, open, isPolicyRequired, kernel, confederation, missing, text);
  }

  static IpAddress identifier(String text) {
    return IpAddress.tryParse(text)
        .filter(it -> it.isIpv4() && !it.isUnspecified())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "'%s' is not an IPv4 address other than 0.0.0.0".formatted(text)));
  }

  private static List<ListenAddress> listen(Field file) {
    Optional<Field> listen = file.find("listen");
    if (listen.isEmpty()) {
      return List.of(new ListenAddress(IpAddress.parse("::"), ListenAddress.BGP_PORT));
    }
    List<ListenAddress> all = new ArrayList<>();
    List<Field> items = listen.get().items(MAX_LISTEN);
    if (items.isEmpty()) {
      throw listen.get().wrong("is empty; give an address, or leave it out for [::]:179");
    }
    for (Field field : items) {
      ListenAddress address = field.read(SpeakerPlan::listenAddress);
      if (all.contains(address)) {
        throw field.wrong("%s is there already".formatted(address));
      }
      all.add(address);
    }
    return all;
  }

  /// @throws IllegalArgumentException if it is anything else
  static ListenAddress listenAddress(String text) {
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

  private static Set<Cidr> announce(Field file) {
    Set<Cidr> all = new LinkedHashSet<>();
    file.find("announce")
        .ifPresent(
            field ->
                field
                    .items(MAX_ANNOUNCED)
                    .forEach(
                        it -> {
                          Cidr prefix = it.read(PrefixFields::prefix);
                          if (MartianPrefix.is(prefix)) {
                            throw it.wrong(
                                "%s is nothing that peers may route to".formatted(prefix));
                          }
                          if (!all.add(prefix)) {
                            throw it.wrong("%s is there already".formatted(prefix));
                          }
                        }));
    return all;
  }

  /// Secrets that are not to be had, and neighbours for which RFC 8212 would let nothing pass.
  List<String> warnings() {
    List<String> warnings = new ArrayList<>(missing);
    if (config.rpki().caches().isEmpty()) {
      filters.values().stream()
          .filter(RuleFilter::dependsOnRpki)
          .map(
              it ->
                  "filter %s asks for rpki, and there is no cache: everything is not-found"
                      .formatted(it.name()))
          .sorted()
          .forEach(warnings::add);
    }
    if (!open.isEmpty()) {
      List<String> first = open.subList(0, Math.min(open.size(), NAMED));
      String named = first + (open.size() > NAMED ? " and so on" : "");
      warnings.add(
          isPolicyRequired
              ? "NO route passes %d external neighbors without import or export, %s"
                      .formatted(open.size(), named)
                  + " (requirePolicy, RFC 8212); say accept, reject or a filter's name"
              : "ALL routes pass %d external neighbors without import or export, %s"
                      .formatted(open.size(), named)
                  + " (RFC 8212 would pass none); say accept, reject or a filter's name");
    }
    return warnings;
  }
}
