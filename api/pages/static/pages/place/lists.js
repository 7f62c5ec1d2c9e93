// The lists behind a place's page: at the weights of now, of today, and of saved scenarios.

import { ask, latest } from "../frame/api.js";
import { guessed } from "./guess.js";
import { weightsOf } from "./scenarios.js";
import { filterOf, inputOf, isWhatIf, MOST_COMPARED, optionsOf } from "./state.js";

/** Asks and keeps what was answered; what extends it has `place`, `state`, `blocks`, `scenarios`, and draws. */
export class PlaceLists {
  constructor(given) {
    Object.assign(this, given);
    this.now = null;
    this.today = null;
    this.known = new Map();
    this.compared = new Map();
    this.update = latest((moving) => this.ask(moving));
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
      const [now, today] = await Promise.all([
        ask(moving ? "place-moves" : "place-list", { id, filter, options, first: state.size }),
        (options || this.comparing().length) && !this.today
          ? ask("place-today", { id, filter, first: MOST_COMPARED })
          : null,
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
        ask("place-moves", { id: this.place.id, filter, options: inputOf(weightsOf(each)), first: MOST_COMPARED }),
      ),
    );
    missing.forEach((each, at) => this.compared.set(each.id, found[at].place.rankedProjects.edges));
  }

  /** Draw what the list will be, before the API has answered; it can be told for blocks alone. */
  foresee() {
    if (!this.now?.edges.length || !this.weighed || this.state.compare) return;
    const weights = this.blockWeights();
    const edges = guessed(this.now.edges, this.weighed, weights);
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
