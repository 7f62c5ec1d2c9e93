// The lists behind a place's page: at the weights of now, of today, and of saved scenarios.

import { ask, latest, once } from "../frame/api.js";
import { estimatedEdges } from "./weighing/estimate.js";
import { weightsOf } from "./weighing/scenarios.js";
import { readAll } from "./read.js";
import { compared, filterOf, inputOf, isWhatIf, optionsOf, shownOptions } from "./state.js";

/** Asks and keeps what was answered; what extends it has `place`, `state`, `blocks`, `maySave`, and draws. */
export class PlaceLists {
  constructor(given) {
    Object.assign(this, given);
    this.scenarios = [];
    this.answers = null;
    this.talks = null;
    this.own = once(() => this.readOwn());
    this.now = null;
    this.today = null;
    this.known = new Map();
    this.compared = new Map();
    this.update = latest((moving) => this.ask(moving));
  }

  /** What only those may see who decide for the place: its answers and talks. */
  async readOwn() {
    if (!this.maySave) return;
    const { id } = this.place;
    const [answers, talks] = await Promise.all([
      readAll(id, "place-talks", "interests"),
      readAll(id, "place-matches", "matches"),
    ]);
    Object.assign(this, { answers, talks });
  }

  /**
   * Ask for the list at the weights of now (and for today's, to compare with), and draw. While a slider is `moving`,
   * scores and points alone: the reasons of a project are those that it had, until the slider rests.
   */
  async ask(moving = false) {
    const { state } = this;
    const { id } = this.place;
    const filter = filterOf(state);
    const options = optionsOf(state);
    try {
      const comparing = isWhatIf(state) || this.comparing().length > 0;
      const [now, today] = await Promise.all([
        ask(moving ? "place-moves" : "place-list", { id, filter, options, first: state.size }),
        comparing && !this.today
          ? ask("place-today", { id, filter, options: shownOptions(state), first: compared(state.size) })
          : null,
        this.own(),
      ]);
      if (today) this.today = today.place.rankedProjects.edges;
      this.now = now.place.rankedProjects;
      this.weighed = this.blockWeights();
      await this.readCompared(filter);
      if (moving) this.complete(this.now.edges);
      else for (const edge of this.now.edges) this.known.set(edge.node.id, edge);
      this.draw();
    } catch (problem) {
      this.fail(problem);
    }
  }

  /** Weights of all blocks as they are chosen now. */
  blockWeights() {
    return new Map(this.blocks.map((block) => [block.name, this.state.blocks.get(block.name) ?? block.weight]));
  }

  /** The saved scenarios that stand beside today's list. */
  comparing() {
    return this.state.compare ? this.scenarios.filter((each) => this.state.beside.includes(each.id)) : [];
  }

  async readCompared(filter) {
    const missing = this.comparing().filter((each) => !this.compared.has(each.id));
    const found = await Promise.all(
      missing.map((each) =>
        ask("place-moves", {
          id: this.place.id,
          filter,
          options: { ...inputOf(weightsOf(each)), ...shownOptions(this.state) },
          first: compared(this.state.size),
        }),
      ),
    );
    missing.forEach((each, at) => this.compared.set(each.id, found[at].place.rankedProjects.edges));
  }

  /** Draw what the list will be, before the API has answered; it can be told for blocks alone. */
  foresee() {
    if (!this.now?.edges.length || !this.weighed || this.state.compare) return;
    const weights = this.blockWeights();
    const edges = estimatedEdges(this.now.edges, this.weighed, weights);
    if (!edges) return;
    this.now = { ...this.now, edges };
    this.weighed = weights;
    this.drawList(isWhatIf(this.state) && this.today);
  }

  /** Give edges what was told of their projects before: the record, and the reasons by block. */
  complete(edges) {
    for (const edge of edges) {
      const before = this.known.get(edge.node.id);
      if (!before) continue;
      edge.node = before.node;
      edge.reasons = before.reasons;
      edge.tooLittleText = before.tooLittleText;
      const reasons = new Map(before.contributions.map((each) => [each.block, each.reason]));
      for (const each of edge.contributions) each.reason = reasons.get(each.block);
    }
  }
}
