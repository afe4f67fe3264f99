// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.Protocol;
import dev.brindle.linux.kernel.InstalledTable;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.RuleComment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What nf_tables has: the questions and their answers.
public final class NftTableMessages {

  private static final int GET_TABLE = 1;
  private static final int GET_CHAIN = 4;
  private static final int GET_RULE = 7;
  private static final int GET_SET = 10;
  private static final int GET_ELEMENTS = 13;
  private static final int GET_GENERATION = 16;
  private static final int FIXED = 4;
  private static final int NAME = 3;
  private static final int SET_NAME = 2;

  private NftTableMessages() {}

  /// A chain by name, without its rules.
  public record FoundChain(String name, Optional<NftChain.Base> base) {}

  /// The hash of a rule, and the chain it is in.
  public record FoundRule(String chain, String hash) {}

  /// @param key absent if it is of a kind that we do not make
  public record FoundSet(String name, Optional<NftSet.Key> key, boolean isMap) {}

  /// An element as it comes: for intervals either end.
  @SuppressWarnings("ArrayRecordComponent") // goes into values at once
  public record FoundElement(byte[] key, boolean isEnd, Optional<String> chain) {}

  public static void askTable(MessageWriter out, NftFamily family, String table) {
    NftMessages.begin(out, GET_TABLE, 0, family).text(NftMessages.TABLE, table).end();
  }

  /// Ask which generation of all tables of the namespace this is: each transaction makes another.
  public static void askGeneration(MessageWriter out) {
    NftMessages.begin(out, GET_GENERATION, 0, NftFamily.INET).end();
  }

  /// @throws IllegalArgumentException if the answer has no number
  public static int generation(NetlinkMessage answer) {
    return Attributes.of(answer.body(), FIXED)
        .bigEndian(1)
        .orElseThrow(() -> new IllegalArgumentException("nf_tables told no generation"));
  }

  public static void listChains(MessageWriter out, NftFamily family) {
    NftMessages.begin(out, GET_CHAIN, MessageFlag.DUMP, family).end();
  }

  public static void listRules(MessageWriter out, NftFamily family, String table) {
    NftMessages.begin(out, GET_RULE, MessageFlag.DUMP, family).text(NftMessages.TABLE, table).end();
  }

  public static void listSets(MessageWriter out, NftFamily family, String table) {
    NftMessages.begin(out, GET_SET, MessageFlag.DUMP, family).text(NftMessages.TABLE, table).end();
  }

  public static void listElements(MessageWriter out, NftFamily family, String table, String set) {
    NftMessages.begin(out, GET_ELEMENTS, MessageFlag.DUMP, family)
        .text(NftMessages.TABLE, table)
        .text(2, set)
        .end();
  }

  private static Optional<Attributes> in(NetlinkMessage message, String table) {
    return Optional.of(Attributes.of(message.body(), FIXED))
        .filter(found -> found.text(NftMessages.TABLE).filter(table::equals).isPresent());
  }

  public static Optional<FoundChain> chain(NetlinkMessage message, String table) {
    return in(message, table)
        .map(found -> new FoundChain(found.text(NAME).orElse(""), base(found)));
  }

  private static Optional<NftChain.Base> base(Attributes chain) {
    Attributes hook = chain.nested(4);
    int number = hook.bigEndian(1).orElse(-1);
    return Arrays.stream(NftChain.Hook.values())
        .filter(known -> known.number() == number)
        .findFirst()
        .map(
            known ->
                new NftChain.Base(chain.text(7).orElse(""), known, hook.bigEndian(2).orElse(0)));
  }

  public static Optional<FoundRule> rule(NetlinkMessage message, String table) {
    return in(message, table)
        .map(found -> new FoundRule(found.text(2).orElse(""), hash(found.bytes(7))));
  }

  private static String hash(Optional<byte[]> userData) {
    return userData
        .filter(data -> data.length > 2 && data[0] == 0)
        .map(data -> Attributes.text(Arrays.copyOfRange(data, 2, data.length)))
        .map(RuleComment::hashIn)
        .orElse("");
  }

  /// @return empty for anonymous sets, which come and go with their rule
  public static Optional<FoundSet> set(NetlinkMessage message, NftFamily family, String table) {
    return in(message, table)
        .filter(found -> (flags(found) & NftSetMessages.ANONYMOUS) == 0)
        .map(
            found ->
                new FoundSet(
                    found.text(SET_NAME).orElse(""),
                    key(family, found.bigEndian(4).orElse(0), flags(found)),
                    (flags(found) & NftSetMessages.MAP) != 0));
  }

  private static int flags(Attributes set) {
    return set.bigEndian(3).orElse(0);
  }

  private static Optional<NftSet.Key> key(NftFamily family, int type, int flags) {
    int plain = flags & ~NftSetMessages.MAP;
    if (type == NftSetMessages.INTERFACE_NAME && plain == 0) {
      return Optional.of(NftSet.Key.INTERFACE);
    }
    if (family != NftFamily.IP && family != NftFamily.IP6) {
      return Optional.empty();
    }
    boolean isAddress = type == NftSetMessages.address(family);
    if (isAddress && plain == 0) {
      return Optional.of(NftSet.Key.ADDRESS);
    }
    if (isAddress && plain == NftSetMessages.INTERVAL) {
      return Optional.of(NftSet.Key.PREFIX);
    }
    return type == NftSetMessages.endpoint(family) && plain == 0
        ? Optional.of(NftSet.Key.ADDRESS_PROTOCOL_PORT)
        : Optional.empty();
  }

  /// The elements in one part of a list.
  public static List<FoundElement> elements(NetlinkMessage message) {
    var elements = new ArrayList<FoundElement>();
    Attributes.of(message.body(), FIXED)
        .nested(3)
        .forEach((_, value) -> elements.add(element(Attributes.of(value, 0))));
    return elements;
  }

  private static FoundElement element(Attributes element) {
    return new FoundElement(
        element.nested(1).bytes(1).orElse(new byte[0]),
        (element.bigEndian(3).orElse(0) & 1) != 0,
        element.nested(2).nested(2).text(2));
  }

  /// Puts a set's parts together. What is not as we make it makes the whole set a stranger.
  public static InstalledTable.Elements elements(FoundSet set, List<FoundElement> found) {
    Optional<Set<NftElement>> elements =
        set.key()
            .flatMap(
                key ->
                    switch (key) {
                      case ADDRESS -> each(found, NftTableMessages::host);
                      case PREFIX -> prefixes(found);
                      case ADDRESS_PROTOCOL_PORT -> each(found, NftTableMessages::endpoint);
                      case INTERFACE -> each(found, NftTableMessages::goTo);
                    });
    return new InstalledTable.Elements(
        elements.flatMap(_ -> set.key()), set.isMap(), elements.orElse(Set.of()));
  }

  private static Optional<Set<NftElement>> each(
      List<FoundElement> found, Function<FoundElement, Optional<NftElement>> decode) {
    var elements = new LinkedHashSet<NftElement>();
    for (FoundElement element : found) {
      Optional<NftElement> decoded = decode.apply(element);
      if (decoded.isEmpty()) {
        return Optional.empty();
      }
      elements.add(decoded.get());
    }
    return Optional.of(elements);
  }

  private static Optional<NftElement> host(FoundElement element) {
    return Optional.of(new NftElement.Net(Cidr.host(IpAddress.ofBytes(element.key()))));
  }

  private static Optional<NftElement> endpoint(FoundElement element) {
    byte[] key = element.key();
    int address = key.length - 8;
    return Optional.of(
        new NftElement.Endpoint(
            IpAddress.ofBytes(Arrays.copyOf(key, address)),
            new Protocol(key[address] & 0xff),
            ((key[address + 4] & 0xff) << 8) | (key[address + 5] & 0xff)));
  }

  private static Optional<NftElement> goTo(FoundElement element) {
    return element.chain().map(chain -> new NftElement.GoTo(Attributes.text(element.key()), chain));
  }

  /// Intervals do not overlap, so in order each start belongs to the end at the same place; only
  /// the last may have none, and reaches to the last address.
  private static Optional<Set<NftElement>> prefixes(List<FoundElement> found) {
    var starts = new TreeSet<IpAddress>();
    var ends = new TreeSet<IpAddress>();
    for (FoundElement element : found) {
      IpAddress address = IpAddress.ofBytes(element.key());
      if (!element.isEnd()) {
        starts.add(address);
      } else if (!address.isUnspecified()) { // nft(8) marks what is before the first interval
        ends.add(address);
      }
    }
    var elements = new LinkedHashSet<NftElement>();
    for (IpAddress start : starts) {
      Optional<Cidr> cidr = prefix(start, ends.pollFirst());
      if (cidr.isEmpty()) {
        return Optional.empty();
      }
      elements.add(new NftElement.Net(cidr.get()));
    }
    return ends.isEmpty() ? Optional.of(elements) : Optional.empty();
  }

  /// @param end the first address behind it; null: it reaches to the last address
  private static Optional<Cidr> prefix(IpAddress start, @Nullable IpAddress end) {
    int bits = start.family().bits();
    BigInteger behind = end == null ? BigInteger.ONE.shiftLeft(bits) : end.value();
    BigInteger size = behind.subtract(start.value());
    if (size.bitCount() != 1) {
      return Optional.empty();
    }
    var cidr = new Cidr(start, bits - size.getLowestSetBit());
    return Optional.of(cidr).filter(found -> found.address().equals(start));
  }
}
