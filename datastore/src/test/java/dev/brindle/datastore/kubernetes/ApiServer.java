// SPDX-License-Identifier: Apache-2.0
package dev.brindle.datastore.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.brindle.datastore.kubernetes.ApiObjects.Event;
import dev.brindle.datastore.kubernetes.ApiObjects.Refusal;
import dev.brindle.datastore.kubernetes.ApiObjects.Snapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A stand-in for Kubernetes' API server, as strict as that: pages, preconditions, watches with
/// bookmarks, revisions that are forgotten, users that may not.
public final class ApiServer implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> CLUSTER_WIDE =
      Set.of(
          "namespaces",
          "nodes",
          "tiers",
          "ippools",
          "ipamblocks",
          "ipamhandles",
          "ipamconfigs",
          "ipamconfigurations",
          "blockaffinities",
          "clusterinformations",
          "bgppeers",
          "globalnetworkpolicies",
          "felixconfigurations",
          "bgpconfigurations",
          "bgpfilters",
          "caliconodestatuses",
          "globalnetworksets",
          "hostendpoints",
          "ipreservations",
          "kubecontrollersconfigurations",
          "stagedglobalnetworkpolicies");
  private static final Set<String> NAMESPACED =
      Set.of(
          "configmaps",
          "events",
          "pods",
          "serviceaccounts",
          "services",
          "leases",
          "endpointslices",
          "networkpolicies",
          "networksets",
          "stagednetworkpolicies",
          "stagedkubernetesnetworkpolicies");

  /// What answers which collections there are.
  private static final String EXTRA_GROUPS =
      "/apis/(policy\\.networking\\.k8s\\.io|kubevirt\\.io)/[^/]+";

  private static final Pattern SET = Pattern.compile("(\\S+) in \\((.*)\\)");

  /// As the real one has it.
  private static final int LARGE = 128 * 1024;

  private static final String NODE_FIELD = "spec.nodeName=";

  final ApiObjects objects = new ApiObjects();

  /// Collections that most clusters are without.
  final Set<String> extras = ConcurrentHashMap.newKeySet();

  final Set<String> groups = ConcurrentHashMap.newKeySet();

  /// `ippools`: as if its definition had not been applied.
  final Set<String> unknown = ConcurrentHashMap.newKeySet();

  /// `list ippools`
  final Set<String> forbidden = ConcurrentHashMap.newKeySet();

  /// Collections whose objects have a status of their own, which writes of the whole leave alone.
  final Set<String> apart = ConcurrentHashMap.newKeySet();

  /// All if there are none.
  final Set<String> tokens = ConcurrentHashMap.newKeySet();

  final AtomicInteger listings = new AtomicInteger();

  /// Answers that were, as large ones are for who asks for that.
  final AtomicInteger compressed = new AtomicInteger();

  /// By plural.
  final Map<String, Integer> listed = new ConcurrentHashMap<>();

  /// What was asked for single objects: `patch pods`, and how often.
  final Map<String, Integer> asked = new ConcurrentHashMap<>();

  final AtomicInteger watches = new AtomicInteger();

  /// What a page of a list runs into, once each.
  final AtomicInteger expiringPages = new AtomicInteger();

  /// So many watches that could go on are refused.
  final AtomicInteger refusedWatches = new AtomicInteger();

  /// Watches that began before end.
  private final AtomicLong generation = new AtomicLong();

  private final AtomicInteger writes = new AtomicInteger();
  private volatile IntConsumer beforeWrite = _ -> {};
  private volatile boolean isDown;
  private final HttpServer server;

  public ApiServer() {
    apart.addAll(
        List.of("caliconodestatuses", "ippools", "kubecontrollersconfigurations", "tiers"));
    groups.addAll(List.of("crd.projectcalico.org", "networking.k8s.io", "discovery.k8s.io"));
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // not virtual ones: hundreds of watches whose clients were killed kept those few from all else
    server.setExecutor(Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory()));
    server.createContext("/", this::answer);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// All watches end now.
  void breakWatches() {
    generation.incrementAndGet();
  }

  /// Each question is answered with an error of the server's own.
  public void unreachable(boolean isSo) {
    isDown = isSo;
  }

  /// What happens before each write from now on.
  ///
  /// @param action is given how many there were, this one included; it may wait, or end the server
  public void beforeWrites(IntConsumer action) {
    writes.set(0);
    beforeWrite = action;
  }

  /// An object as it is stored.
  public ObjectNode stored(String collection, String name) {
    return objects.get(collection, name).orElseThrow();
  }

  /// @param what such as `create ippools`
  public void forbid(String what) {
    forbidden.add(what);
  }

  public void allow(String what) {
    forbidden.remove(what);
  }

  /// As if the definition of a collection had not been applied.
  public void forget(String plural) {
    unknown.add(plural);
  }

  /// A collection that most clusters are without.
  public void serve(String plural) {
    extras.add(plural);
  }

  /// So many pages of lists were asked for.
  synchronized void awaitListings(int wanted) throws InterruptedException {
    while (listings.get() < wanted) {
      wait(10_000);
    }
  }

  /// All that were to be refused were.
  synchronized void awaitRefusedWatches() throws InterruptedException {
    while (refusedWatches.get() > 0) {
      wait(10_000);
    }
  }

  private synchronized void tellWaiting() {
    notifyAll();
  }

  /// Takes an object away, as kubectl would.
  public void remove(String collection, String name) {
    objects.delete(collection, name, MissingNode.getInstance());
  }

  /// Puts an object there, as kubectl would.
  public ObjectNode create(String collection, String json) {
    try {
      ObjectNode object = (ObjectNode) JSON.readTree(json);
      return objects.create(collection, name(object), object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same, for one that is there.
  public ObjectNode replace(String collection, String json) {
    try {
      ObjectNode object = (ObjectNode) JSON.readTree(json);
      return objects.replace(collection, name(object), object);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String name(ObjectNode object) {
    String namespace = object.path("metadata").path("namespace").asText("");
    String name = object.path("metadata").path("name").asText();
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /// A request, taken apart.
  private record Request(
      String method,
      String collection,
      String plural,
      String namespace,
      String name,
      boolean isStatus,
      Map<String, String> query) {

    static Optional<Request> of(HttpExchange exchange) {
      List<String> parts =
          new ArrayList<>(List.of(exchange.getRequestURI().getPath().split("/", -1)));
      parts.removeFirst();
      int root = parts.getFirst().equals("api") ? 2 : 3;
      if (parts.size() <= root || parts.size() > root + 5) {
        return Optional.empty();
      }
      String start = "/" + String.join("/", parts.subList(0, root));
      List<String> rest = new ArrayList<>(parts.subList(root, parts.size()));
      String namespace = "";
      if (rest.size() > 2 && rest.getFirst().equals("namespaces")) {
        namespace = rest.get(1);
        rest = rest.subList(2, rest.size());
      }
      String name = rest.size() > 1 ? rest.get(1) : "";
      return Optional.of(
          new Request(
              exchange.getRequestMethod(),
              start + "/" + rest.getFirst(),
              rest.getFirst(),
              namespace,
              name,
              rest.size() > 2 && rest.get(2).equals("status"),
              query(exchange)));
    }

    private static Map<String, String> query(HttpExchange exchange) {
      Map<String, String> query = new HashMap<>();
      String text = exchange.getRequestURI().getRawQuery();
      for (String each : text == null ? new String[0] : text.split("&", -1)) {
        if (each.contains("=")) {
          String[] pair = each.split("=", 2);
          query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
      }
      return query;
    }

    String verb() {
      return switch (method) {
        case "POST" -> "create";
        case "PUT" -> "update";
        case "PATCH" -> "patch";
        case "DELETE" -> "delete";
        default -> !name.isEmpty() ? "get" : query.containsKey("watch") ? "watch" : "list";
      };
    }

    String object() {
      return namespace.isEmpty() ? name : namespace + "/" + name;
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        if (isDown) {
          throw new Refusal(503, "ServiceUnavailable", "etcd is away", "");
        }
        authenticate(exchange);
        if (exchange.getRequestURI().getPath().equals("/apis")) {
          send(exchange, 200, apiGroups());
          return;
        }
        if (exchange.getRequestURI().getPath().matches(EXTRA_GROUPS)) {
          send(exchange, extras.isEmpty() ? 404 : 200, extraCollections());
          return;
        }
        Optional<Request> asked = Request.of(exchange);
        count(asked);
        asked.ifPresent(this::authorize); // also for what is not there
        Optional<Request> request = asked.filter(this::isKnown);
        if (request.isEmpty()) {
          byte[] words = "404 page not found\n".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(404, words.length);
          exchange.getResponseBody().write(words);
          return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
          beforeWrite.accept(writes.incrementAndGet());
        }
        if (isDown) {
          throw new Refusal(503, "ServiceUnavailable", "etcd is away", "");
        }
        answer(exchange, request.get());
      } catch (Refusal refusal) {
        send(exchange, refusal.code, refusal.status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void count(Optional<Request> request) {
    if (request.filter(each -> each.verb().equals("list")).isPresent()) {
      listings.incrementAndGet();
      listed.merge(request.get().plural(), 1, Integer::sum);
      notifyAll();
    }
    request
        .filter(each -> !each.object().isEmpty())
        .ifPresent(each -> asked.merge(each.verb() + " " + each.plural(), 1, Integer::sum));
  }

  private boolean isKnown(Request request) {
    boolean isCalicos = request.collection().contains("projectcalico.org");
    return !unknown.contains(request.plural())
        && (CLUSTER_WIDE.contains(request.plural())
            || NAMESPACED.contains(request.plural())
            || extras.contains(request.plural()))
        && (!request.isStatus() || !isCalicos || apart.contains(request.plural()))
        && (!isCalicos || groups.stream().anyMatch(request.collection()::contains));
  }

  private void authenticate(HttpExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    boolean isKnown = tokens.isEmpty() || (given != null && tokens.contains(given.substring(7)));
    if (!isKnown) {
      throw new Refusal(401, "Unauthorized", "Unauthorized", "");
    }
  }

  private ObjectNode extraCollections() {
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("kind", "APIResourceList");
    ArrayNode array = list.putArray("resources");
    extras.forEach(plural -> array.addObject().put("name", plural));
    return list;
  }

  private void authorize(Request request) {
    String place = request.plural() + (request.isStatus() ? "/status" : "");
    if (forbidden.contains(request.verb() + " " + place)) {
      throw new Refusal(
          403,
          "Forbidden",
          "%s is forbidden: User \"u\" cannot %s it".formatted(place, request.verb()),
          "");
    }
  }

  /// Calico's resources as native ones, and no others.
  public void serveNative() {
    groups.remove("crd.projectcalico.org");
    groups.add("projectcalico.org");
  }

  /// As a cluster whose Calico is stored elsewhere.
  public void serveNothingOfCalicos() {
    groups.removeIf(group -> group.contains("projectcalico.org"));
  }

  /// From now on writes of the whole leave the status of these alone.
  public void keepApart(String... plurals) {
    apart.addAll(List.of(plurals));
  }

  private ObjectNode apiGroups() {
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("kind", "APIGroupList");
    ArrayNode array = list.putArray("groups");
    groups.forEach(group -> array.addObject().put("name", group));
    return list;
  }

  private void answer(HttpExchange exchange, Request request)
      throws IOException, InterruptedException {
    switch (request.verb()) {
      case "list" -> send(exchange, 200, page(request));
      case "watch" -> watch(exchange, request);
      case "get" -> send(exchange, 200, get(request));
      case "create" -> send(exchange, 201, create(request, body(exchange)));
      case "update" ->
          send(
              exchange,
              200,
              objects.replace(
                  request.collection(), request.object(), written(request, body(exchange))));
      case "patch" -> send(exchange, 200, patch(exchange, request));
      default -> {
        ObjectNode options = body(exchange);
        objects.delete(request.collection(), request.object(), options.path("preconditions"));
        send(exchange, 200, JsonNodeFactory.instance.objectNode().put("kind", "Status"));
      }
    }
  }

  /// What of an object becomes another by a request.
  private ObjectNode written(Request request, ObjectNode given) {
    if (!apart.contains(request.plural())) {
      return given;
    }
    ObjectNode before = get(request);
    if (request.isStatus()) {
      before.set("status", given.path("status"));
      before
          .withObjectProperty("metadata")
          .set("resourceVersion", given.path("metadata").path("resourceVersion"));
      return before;
    }
    given.remove("status");
    if (before.has("status")) {
      given.set("status", before.path("status"));
    }
    return given;
  }

  private ObjectNode get(Request request) {
    return objects
        .get(request.collection(), request.object())
        .orElseThrow(
            () -> new Refusal(404, "NotFound", request.object() + " not found", request.name()));
  }

  private ObjectNode create(Request request, ObjectNode object) {
    String namespace = request.namespace();
    boolean isAstray = NAMESPACED.contains(request.plural()) == namespace.isEmpty();
    if (isAstray || !object.path("metadata").path("namespace").asText("").equals(namespace)) {
      throw new Refusal(400, "BadRequest", "the namespace does not match", "");
    }
    if (!namespace.isEmpty() && objects.get("/api/v1/namespaces", namespace).isEmpty()) {
      throw new Refusal(
          404, "NotFound", "namespaces \"%s\" not found".formatted(namespace), namespace);
    }
    if (apart.contains(request.plural())) {
      object.remove("status");
    }
    return objects.create(request.collection(), name(object), object);
  }

  private ObjectNode patch(HttpExchange exchange, Request request) throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type.equals("application/strategic-merge-patch+json")) {
      return objects.mergeByKey(request.collection(), request.object(), body(exchange));
    }
    if (!type.equals("application/merge-patch+json")) {
      throw new Refusal(415, "UnsupportedMediaType", type, "");
    }
    return objects.merge(request.collection(), request.object(), body(exchange));
  }

  private ObjectNode page(Request request) {
    Snapshot snapshot = objects.list(request.collection(), object -> isSelected(object, request));
    List<ObjectNode> all = snapshot.objects();
    int start = Integer.parseInt(request.query().getOrDefault("continue", "0"));
    int limit = Integer.parseInt(request.query().getOrDefault("limit", "1000000"));
    if (start > 0 && expiringPages.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
      throw new Refusal(410, "Expired", "the continue token has expired", "");
    }
    int end = Math.min(all.size(), start + limit);
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("kind", "List");
    ObjectNode metadata = list.putObject("metadata");
    metadata.put("resourceVersion", Long.toString(snapshot.revision()));
    if (end < all.size()) {
      metadata.put("continue", Integer.toString(end));
    }
    list.putArray("items").addAll(all.subList(start, end));
    return list;
  }

  /// Of all fields only that which the real one has an index of.
  private static boolean isOnNode(ObjectNode object, Request request) {
    String selector = request.query().getOrDefault("fieldSelector", "");
    if (selector.isEmpty()) {
      return true;
    }
    if (!request.plural().equals("pods") || !selector.startsWith(NODE_FIELD)) {
      throw new Refusal(400, "BadRequest", "field label not supported: " + selector, "");
    }
    String node = object.path("spec").path("nodeName").asText("");
    return node.equals(selector.substring(NODE_FIELD.length()));
  }

  private static boolean isSelected(ObjectNode object, Request request) {
    String selector = request.query().getOrDefault("labelSelector", "");
    return (request.namespace().isEmpty() || name(object).startsWith(request.namespace() + "/"))
        && isOnNode(object, request)
        && hasLabels(object, selector);
  }

  /// `a=b,c=d`, or one of the form `a in (b, c)`.
  private static boolean hasLabels(ObjectNode object, String selector) {
    JsonNode labels = object.path("metadata").path("labels");
    Matcher set = SET.matcher(selector);
    if (set.matches()) {
      return List.of(set.group(2).split(", *")).contains(labels.path(set.group(1)).asText(""));
    }
    return Arrays.stream(selector.split(",", -1))
        .filter(each -> !each.isEmpty())
        .map(each -> each.split("=", 2))
        .allMatch(each -> labels.path(each[0]).asText("").equals(each[1]));
  }

  private void watch(HttpExchange exchange, Request request)
      throws IOException, InterruptedException {
    long mine = generation.get();
    watches.incrementAndGet();
    long position = Long.parseLong(request.query().get("resourceVersion"));
    boolean isRefused =
        !objects.isForgotten(position)
            && refusedWatches.getAndUpdate(left -> Math.max(left - 1, 0)) > 0;
    if (isRefused) {
      tellWaiting();
      throw new Refusal(403, "Forbidden", "not this watch", "");
    }
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    body.flush();
    try {
      while (generation.get() == mine) {
        Optional<Event> event = objects.next(request.collection(), position, 20);
        if (event.isPresent()) {
          position = event.get().revision();
          if (isSelected(event.get().object(), request)) {
            say(body, event.get().type(), event.get().object());
          }
          continue;
        }
        Optional<Long> bookmark = objects.bookmark(request.collection(), position);
        if (bookmark.isPresent()) {
          position = bookmark.get();
          sayBookmark(body, request, position);
        }
      }
    } catch (Refusal refusal) {
      say(body, "ERROR", refusal.status);
    }
  }

  private static void sayBookmark(OutputStream body, Request request, long revision)
      throws IOException {
    ObjectNode object = JsonNodeFactory.instance.objectNode().put("kind", request.plural());
    object.putObject("metadata").put("resourceVersion", Long.toString(revision));
    say(body, "BOOKMARK", object);
  }

  private static void say(OutputStream body, String type, ObjectNode object) throws IOException {
    ObjectNode event = JsonNodeFactory.instance.objectNode().put("type", type);
    event.set("object", object);
    body.write((event + "\n").getBytes(StandardCharsets.UTF_8));
    body.flush();
  }

  private static ObjectNode body(HttpExchange exchange) throws IOException {
    byte[] bytes = exchange.getRequestBody().readAllBytes();
    return (ObjectNode) JSON.readTree(bytes);
  }

  private void send(HttpExchange exchange, int code, ObjectNode object) throws IOException {
    byte[] bytes = object.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    boolean isAsked = "gzip".equals(exchange.getRequestHeaders().getFirst("Accept-Encoding"));
    if (isAsked && bytes.length > LARGE) {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      bytes = Gzip.of(bytes);
      compressed.incrementAndGet();
    }
    exchange.sendResponseHeaders(code, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  public Set<String> names(String collection) {
    Set<String> names = new HashSet<>();
    objects.list(collection, _ -> true).objects().forEach(object -> names.add(name(object)));
    return names;
  }

  @Override
  public void close() {
    breakWatches();
    server.stop(0);
  }
}
