def headline(rota, demand):
    skill = rota.most_urgent(demand)
    gap = demand[skill] - rota.load()[skill]
    if gap <= 0:
        return "all shifts covered"
    return f"need {gap} more for {skill.value}"


def people(rota):
    return sorted({person for _, _, person in rota.shifts})
