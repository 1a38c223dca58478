from dataclasses import dataclass, field


class NotEnough(Exception):
    def __init__(self, member, missing):
        super().__init__(f"{member} lacks {missing} h")
        self.missing = missing


@dataclass
class Member:
    name: str
    hours: int = 0
    deeds: list = field(default_factory=list)


class TimeBank:
    def __init__(self, notary, **hours):
        self.notary = notary
        self.members = {name: Member(name, start) for name, start in hours.items()}

    async def give(self, donor, receiver, hours):
        giver, taker = self.members[donor], self.members[receiver]
        if giver.hours < hours:
            raise NotEnough(donor, hours - giver.hours)
        giver.hours -= hours
        due = taker.hours + hours
        deed = await self.notary.seal(donor, receiver)
        taker.hours = due
        taker.deeds.append(deed)
        return deed

    def total(self):
        return sum(member.hours for member in self.members.values())
